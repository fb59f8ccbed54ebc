using System.Text.Json.Serialization;

namespace IterableForwarder.Http.Documentation;

/// <summary>Why a request was refused (RFC 9457).</summary>
internal record Problem
{
    /// <summary>A link to the definition of the status.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What was wrong in this case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Each error of the request, by the path to it; the first hundred.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>How many errors there are in all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FaultCount { get; init; }

    /// <summary>Finds the request in the log.</summary>
    public required string TraceId { get; init; }
}

/// <summary>Why a request was refused, after Iterable was asked.</summary>
internal sealed record IterableProblem : Problem
{
    /// <summary>Iterable's code, a transport error, <c>MissingLists</c> or <c>KeyInUse</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>Lists that the project's connections feed and the new key does not show.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? MissingLists { get; init; }
}

/// <summary>The form of an operation's problems, where it is more than <see cref="Problem"/>.</summary>
/// <param name="form">The type of the problem.</param>
/// <param name="statuses">Those that have it; none for all.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProblemFormAttribute(Type form, params int[] statuses) : Attribute
{
    public Type Form => form;

    public bool AppliesTo(int status) => statuses.Length == 0 || statuses.Contains(status);
}
