using System.Text.Json.Serialization;
using Iterable.Sandbox.Control;

namespace Iterable.Sandbox.State;

/// <summary>Iterable's kinds of list. Shown in answers; the sandbox treats all alike.</summary>
[JsonConverter(typeof(CamelCaseEnum<ListType>))]
public enum ListType
{
    /// <summary>A static list, the only kind the API makes.</summary>
    Standard,

    /// <summary>Made of a query.</summary>
    Dynamic,

    /// <summary>Holds people who get no mail.</summary>
    Suppression,

    /// <summary>Holds the senders' own people.</summary>
    Internal,
}
