using System.Text;
using Iterable.Sandbox.Api;

namespace Iterable.Sandbox.Calls;

/// <summary>A call as it came in, and what became of it.</summary>
public sealed class SandboxCall
{
    internal SandboxCall(long sequence, DateTimeOffset time, HttpRequest request)
    {
        Sequence = sequence;
        Time = time;
        Method = request.Method;
        Path = request.Path;
        ApiKeyEnd = ApiGate.ApiKeyOf(request) is { } apiKey ? apiKey[^Math.Min(apiKey.Length, 4)..] : null;
        UserAgent = request.Headers.UserAgent;
    }

    /// <summary>Counts from 1 in the order in which calls came in whole.</summary>
    public long Sequence { get; }

    /// <summary>When the call had come in whole.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>When the answer was decided on or given up, which is after the call was applied; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path, without the query.</summary>
    public string Path { get; }

    /// <summary>The last four characters of the key, or null without one.</summary>
    public string? ApiKeyEnd { get; }

    /// <summary>The User-Agent as sent, or null without one.</summary>
    public string? UserAgent { get; }

    /// <summary>The status decided on, sent or lost; null while the call hangs or was cut off before there was one.</summary>
    public int? Status { get; internal set; }

    /// <summary>Members or events in the body, as far as it was read.</summary>
    public int MemberCount { get; internal set; }

    /// <summary>The kind of fault that was played, or null.</summary>
    public string? Fault { get; internal init; }

    /// <summary>The body as text, or null when it was empty, too big to keep or dropped for newer ones.</summary>
    public string? Body => BodyBytes is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    internal byte[]? BodyBytes { get; set; }
}
