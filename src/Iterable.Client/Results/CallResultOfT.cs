using System.Diagnostics.CodeAnalysis;

namespace Iterable.Client.Results;

/// <summary>A call's answer with what it brought back.</summary>
public sealed record CallResult<T> : CallResult
{
    /// <summary>An answer to be filled in by its initializer.</summary>
    public CallResult()
    {
    }

    [SetsRequiredMembers]
    internal CallResult(CallResult answer)
        : base(answer)
    {
    }

    /// <summary>Set when <see cref="CallResult.Kind"/> is <see cref="CallResultKind.Processed"/>.</summary>
    public T? Value { get; init; }
}
