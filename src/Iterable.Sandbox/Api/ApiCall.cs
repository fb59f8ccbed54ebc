using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>One call that passed the gate.</summary>
internal sealed class ApiCall(Project project, HttpRequest request, ReadOnlyMemory<byte> body)
{
    public Project Project => project;

    /// <summary>Valid until the handler returns.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Members or events read so far, for the log of calls.</summary>
    public int MemberCount { get; set; }

    /// <summary>Where the caller reached the sandbox, for links that lead back to it.</summary>
    public string Origin => $"{request.Scheme}://{request.Host}";

    public string? Query(string name) => request.Query[name];

    /// <summary>Routing decodes all but the slash.</summary>
    public string RouteText(string name) => ((string)request.RouteValues[name]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses the call when it carries more than the project takes.</summary>
    public void Count(int members)
    {
        MemberCount = members;
        if (project.Settings.MaxMembersPerCall is { } most && members > most) throw new RefusedException(Refusals.BatchTooLarge(most));
    }
}

/// <summary>Decides the answer and changes the state; never touches the connection.</summary>
internal delegate ApiAnswer ApiHandler(ApiCall call);
