using System.Text;
using System.Text.Json;
using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>
/// Whom a list response names as failed, and why. It names identifiers, never positions, and may name one under several
/// reasons; the most final of them counts.
/// </summary>
internal sealed class NamedFailures
{
    /// <summary>An array names each member once. What goes far beyond is no answer to the call, and not worth the memory.</summary>
    private const int MaxTimesMembers = 2;

    /// <summary>A conflict may name others than were sent.</summary>
    private const int MinPerArray = 100;

    // From the most to the least final. A member's reason is the first of these that names it.
    private static readonly (string Prefix, MemberFailureReason Reason)[] ByFinality =
    [
        ("forgotten", MemberFailureReason.Forgotten),
        ("notFound", MemberFailureReason.NotFound),
        ("invalid", MemberFailureReason.Invalid),
        ("invalidData", MemberFailureReason.InvalidData),
        ("conflict", MemberFailureReason.Conflict),
    ];

    private readonly Dictionary<string, Named> _byEmail = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Named> _byUserId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Named> _byEventName = new(StringComparer.Ordinal);
    private readonly long _maxPerArray;
    private int _rank;

    private NamedFailures(int members) => _maxPerArray = Math.Max(MinPerArray, (long)MaxTimesMembers * members);

    /// <summary>The reason of the first array that holds anything, or null.</summary>
    public MemberFailureReason? First { get; private set; }

    public bool IsEmpty => First is null;

    /// <summary>Whether an array is longer than an answer to the call can be; then some are missing here.</summary>
    public bool AreTooMany { get; private set; }

    /// <param name="body">The answer.</param>
    /// <param name="members">How many were sent.</param>
    public static NamedFailures Read(JsonElement body, int members)
    {
        var named = new NamedFailures(members);
        var failedUpdates = JsonReading.Get(body, "failedUpdates");
        foreach (var (prefix, reason) in ByFinality)
            named.AddPair(failedUpdates, prefix, reason);
        named.Add(named._byEventName, JsonReading.Get(body, "disallowedEventNames"), MemberFailureReason.DisallowedEventName);

        // The deprecated top-level pair lists whoever failed for any reason, so it counts only where nothing above did.
        named.AddPair(body, "invalid", MemberFailureReason.Invalid);
        return named;
    }

    public MemberFailureReason? ReasonFor(MemberKeys keys)
    {
        Named? worst = null;
        Look(_byEmail, keys.Email, ref worst);
        Look(_byUserId, keys.UserId, ref worst);
        Look(_byEventName, keys.EventName, ref worst);
        return worst?.Reason;
    }

    private static void Look(Dictionary<string, Named> named, ReadOnlyMemory<byte> key, ref Named? worst)
    {
        if (named.Count == 0 || key.IsEmpty)
            return;
        if (named.TryGetValue(Encoding.UTF8.GetString(key.Span), out var found) && (worst is null || found.Rank < worst.Value.Rank))
            worst = found;
    }

    private void AddPair(JsonElement parent, string prefix, MemberFailureReason reason)
    {
        Add(_byEmail, JsonReading.Get(parent, prefix + "Emails"), reason);
        Add(_byUserId, JsonReading.Get(parent, prefix + "UserIds"), reason);
    }

    private void Add(Dictionary<string, Named> named, JsonElement identifiers, MemberFailureReason reason)
    {
        _rank++;
        if (identifiers.ValueKind != JsonValueKind.Array)
            return;
        if (identifiers.GetArrayLength() > _maxPerArray)
        {
            AreTooMany = true;
            return;
        }

        foreach (var identifier in identifiers.EnumerateArray())
        {
            First ??= reason;
            if (JsonReading.Text(identifier) is { } text)
                named.TryAdd(text, new Named(_rank, reason));
        }
    }

    private readonly record struct Named(int Rank, MemberFailureReason Reason);
}
