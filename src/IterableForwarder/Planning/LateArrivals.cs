using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>A kept entry, as far as the order of changes needs it.</summary>
/// <param name="Changes">In the form of <see cref="ChangeCodec"/>.</param>
/// <param name="Rule">The mapping it was accepted under.</param>
/// <param name="ReceivedAt">In Unix milliseconds; the time of a change that carries none.</param>
internal readonly record struct TimedChanges(ReadOnlyMemory<byte> Changes, MappingRule Rule, long ReceivedAt);

/// <summary>
/// Finds the changes that arrived late: those that carry a time which is earlier than that of a change of the same member accepted
/// before them. They must not undo it. Pure.
/// </summary>
internal static class LateArrivals
{
    /// <summary>The fingerprints of every member in the entry whose change carries a time: only these can be late.</summary>
    public static IReadOnlySet<ulong> FingerprintsOf(TimedChanges entry)
    {
        var fingerprints = new HashSet<ulong>();
        foreach (var (change, member) in Members(entry))
        {
            if (change.OccurredAt is null) continue;
            foreach (var (fingerprint, _) in IdentifiersOf(member)) fingerprints.Add(fingerprint);
        }
        return fingerprints;
    }

    /// <summary>The positions in <paramref name="entry"/> that are late.</summary>
    /// <param name="entry">The entry in question.</param>
    /// <param name="fingerprints">Of its members, by <see cref="FingerprintsOf"/>.</param>
    /// <param name="earlier">The entries accepted before it that may know its members, in order.</param>
    public static IReadOnlySet<int> Find(TimedChanges entry, IReadOnlySet<ulong> fingerprints, IEnumerable<TimedChanges> earlier)
    {
        var latest = new Dictionary<(ulong Fingerprint, Identifier Identifier), long>();
        foreach (var one in earlier)
        {
            foreach (var (change, member) in Members(one)) Note(latest, fingerprints, member, change.OccurredAt ?? one.ReceivedAt);
        }

        var late = new HashSet<int>();
        var position = 0;
        foreach (var (change, member) in Members(entry))
        {
            if (change.OccurredAt is { } at && IsLate(latest, member, at)) late.Add(position);
            // a late one too, as in an earlier entry: where one entry ends must not decide who is late
            Note(latest, fingerprints, member, change.OccurredAt ?? entry.ReceivedAt);
            position++;
        }
        return late;
    }

    private static bool IsLate(Dictionary<(ulong, Identifier), long> latest, MappedMember member, long at)
    {
        foreach (var key in IdentifiersOf(member))
        {
            if (latest.TryGetValue(key, out var known) && at < known) return true;
        }
        return false;
    }

    private static void Note(Dictionary<(ulong Fingerprint, Identifier), long> latest, IReadOnlySet<ulong> fingerprints, MappedMember member, long at)
    {
        foreach (var key in IdentifiersOf(member))
        {
            if (fingerprints.Contains(key.Fingerprint)) latest[key] = Math.Max(at, latest.GetValueOrDefault(key, long.MinValue));
        }
    }

    private static IEnumerable<(Change Change, MappedMember Member)> Members(TimedChanges entry)
    {
        for (var offset = 0; offset < entry.Changes.Length;)
        {
            var change = ChangeCodec.Read(entry.Changes, ref offset);
            yield return (change, MemberMapper.Map(change, entry.Rule));
        }
    }

    private static IEnumerable<(ulong Fingerprint, Identifier Identifier)> IdentifiersOf(MappedMember member)
    {
        if (member.Dropped is not null) yield break;
        if (!member.Email.IsEmpty) yield return (MemberFingerprint.OfEmail(member.Email.Span), new(member.Email));
        if (!member.UserId.IsEmpty) yield return (MemberFingerprint.OfUserId(member.UserId.Span), new(member.UserId));
    }

    /// <summary>An identifier compared by its bytes; its fingerprint beside it serves as the hash.</summary>
    private readonly struct Identifier(ReadOnlyMemory<byte> value) : IEquatable<Identifier>
    {
        private readonly ReadOnlyMemory<byte> _value = value;

        public bool Equals(Identifier other) => _value.Span.SequenceEqual(other._value.Span);

        public override bool Equals(object? obj) => obj is Identifier other && Equals(other);

        public override int GetHashCode() => _value.Length;
    }
}
