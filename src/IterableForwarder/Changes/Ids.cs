using System.Diagnostics.CodeAnalysis;

namespace IterableForwarder.Changes;

/// <summary>Names a project of ours, which stands for one Iterable project. Opaque to callers.</summary>
internal readonly record struct ProjectId(Guid Value)
{
    public static ProjectId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    public static bool TryParse([NotNullWhen(true)] string? text, out ProjectId id) => (id = new(OpaqueId.Parse(text))).Value != default;

    public override string ToString() => Value.ToString("N");
}

/// <summary>
/// Names a feed: a connection, whose id this is as well, or one of the two feeds of an event stream, of which that of its events bears the
/// stream's own id. Opaque to callers.
/// </summary>
internal readonly record struct FeedId(Guid Value)
{
    public static FeedId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    public static bool TryParse([NotNullWhen(true)] string? text, out FeedId id) => (id = new(OpaqueId.Parse(text))).Value != default;

    public override string ToString() => Value.ToString("N");
}

/// <summary>Names a batch: what one request brought for one connection. Opaque to callers.</summary>
internal readonly record struct BatchId(Guid Value)
{
    public static BatchId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    public static bool TryParse([NotNullWhen(true)] string? text, out BatchId id) => (id = new(OpaqueId.Parse(text))).Value != default;

    public override string ToString() => Value.ToString("N");
}

/// <summary>The text form that all ids share: 32 hexadecimal digits.</summary>
internal static class OpaqueId
{
    public static Guid Parse(string? text) => Guid.TryParseExact(text, "N", out var value) ? value : default;

    /// <summary>Whether it has the form of those made here (version 7): of other texts of 32 such digits, a key or a hash, one in 64 has.</summary>
    public static bool IsOurs(string? text) => Parse(text) is { Version: 7, Variant: >= 8 and <= 11 };
}
