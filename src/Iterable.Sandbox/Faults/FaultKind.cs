using System.Text.Json.Serialization;
using Iterable.Sandbox.Control;

namespace Iterable.Sandbox.Faults;

/// <summary>What goes wrong with a call.</summary>
[JsonConverter(typeof(CamelCaseEnum<FaultKind>))]
public enum FaultKind
{
    /// <summary>Answers with a status and Iterable's envelope; applies nothing.</summary>
    Status,

    /// <summary>Cuts the connection; applies nothing.</summary>
    Reset,

    /// <summary>Never answers, until the client goes away; applies nothing.</summary>
    Hang,

    /// <summary>Applies the call and then cuts the connection.</summary>
    AppliedThenLost,

    /// <summary>Applies and answers late, and applies even if the client has gone by then.</summary>
    Delay,

    /// <summary>Answers with a web page, as a gateway does; applies nothing.</summary>
    Html,

    /// <summary>Applies the call, sends half of the answer and cuts the connection.</summary>
    Truncated,

    /// <summary>Answers without a body; applies nothing.</summary>
    Empty,

    /// <summary>Answers with a body of choice, as something that is not Iterable does; applies nothing.</summary>
    Body,
}
