using System.Buffers;
using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Entries;

/// <summary>Gathers changes as they are read, and seals them into a piece once the rule they are accepted under is known.</summary>
/// <param name="receivedAt">When the request came.</param>
internal sealed class PieceBuilder(DateTimeOffset receivedAt)
{
    /// <summary>A clock that runs ahead by more than this is not believed: the change counts as having happened now.</summary>
    private const long MostAheadMilliseconds = 5 * 60 * 1000;

    private readonly ArrayBufferWriter<byte> _changes = new(256);
    private readonly long _now = receivedAt.ToUnixTimeMilliseconds();
    private Dictionary<int, string>? _details;
    private ArrayBufferWriter<byte>? _origins;

    public int Count { get; private set; }

    public bool IsFull => Count >= Piece.MostChanges || _changes.WrittenCount >= Piece.MostBytes;

    /// <param name="change">Copied; its memory may be used again.</param>
    /// <param name="detail">Shown with the change should it be dropped.</param>
    /// <param name="origin">Where a replayed change comes from; of all the changes of a piece, or of none.</param>
    public void Add(in Change change, string? detail = null, ChangeOrigin? origin = null)
    {
        ChangeCodec.Write(_changes, Believable(change));
        if (detail is not null) (_details ??= []).Add(Count, detail);
        if (origin is { } known) ChangeOrigins.Write(_origins ??= new(), known);
        Count++;
    }

    public Piece Seal(EntryRule rule)
    {
        var changes = _changes.WrittenMemory;
        var fingerprints = new List<ulong>(Count * 2);
        var dropped = new List<Undelivered>();
        var (earliest, latest) = ((long?)null, long.MinValue);
        var offset = 0;
        for (var position = 0; position < Count; position++)
        {
            var change = ChangeCodec.Read(changes, ref offset);
            var member = MemberMapper.Map(change, rule.Mapping);
            AddFingerprints(fingerprints, change, member);
            if (DropReason(change, member, rule) is { } reason) dropped.Add(new(position, Outcome.Dropped, reason, _details?.GetValueOrDefault(position)));
            if (change.OccurredAt is { } at && !(earliest <= at)) earliest = at;
            latest = Math.Max(latest, change.OccurredAt ?? _now);
        }
        return new()
        {
            Count = Count,
            Changes = changes,
            Members = SortedBytes(fingerprints),
            Origins = _origins?.WrittenMemory ?? default,
            Earliest = earliest,
            Latest = Count == 0 ? _now : latest,
            Dropped = dropped,
        };
    }

    private Change Believable(in Change change) => change.OccurredAt > _now + MostAheadMilliseconds
        ? new Change
        {
            Action = change.Action,
            Email = change.Email,
            CustomerId = change.CustomerId,
            Mpid = change.Mpid,
            Attributes = change.Attributes,
            HashedEmail = change.HashedEmail,
            OccurredAt = _now,
        }
        : change;

    private static string? DropReason(in Change change, in MappedMember member, EntryRule rule) =>
        rule.HasNoList && change.Action is ChangeAction.Add or ChangeAction.Remove ? Reasons.BadListId : member.Dropped;

    /// <summary>Every identifier that a person could be asked for, or that Iterable would be told.</summary>
    private static void AddFingerprints(List<ulong> fingerprints, in Change change, in MappedMember member)
    {
        var email = member.Email.IsEmpty ? MemberMapper.NormalizeEmail(change.Email) : member.Email;
        if (!email.IsEmpty) fingerprints.Add(MemberFingerprint.OfEmail(email.Span));
        if (!change.CustomerId.IsEmpty) fingerprints.Add(MemberFingerprint.OfUserId(change.CustomerId.Span));
        if (!change.Mpid.IsEmpty) fingerprints.Add(MemberFingerprint.OfUserId(change.Mpid.Span));
    }

    private static byte[] SortedBytes(List<ulong> fingerprints)
    {
        fingerprints.Sort();
        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(fingerprints)).ToArray();
    }
}
