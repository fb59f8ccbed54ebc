using System.Buffers;
using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Entries;

/// <summary>Gathers changes as they are read, and seals them into a chunk once the rule they are accepted under is known.</summary>
/// <param name="receivedAt">When the request came.</param>
internal sealed class ChunkBuilder(DateTimeOffset receivedAt)
{
    /// <summary>A clock that runs ahead by more than this is not believed: the change counts as having happened now.</summary>
    private const long MaxAheadMilliseconds = 5 * 60 * 1000;

    private const int MinRented = 512;

    /// <summary>Bytes. The pool of all keeps dozens of arrays of each size, which of those beyond would be hundreds of megabytes.</summary>
    private const int MaxOfSharedPool = 64 * 1024;

    /// <summary>For chunks while they grow: keeps two arrays of each size, up to twice a full chunk.</summary>
    private static readonly ArrayPool<byte> Large = ArrayPool<byte>.Create(2 * Chunk.MaxBytes, maxArraysPerBucket: 2);

    /// <summary>Rented, and copied when it is sealed: what grows by doubling would be garbage three times its size, half of it among the large objects.</summary>
    private byte[] _changes = [];

    private int _length;
    private bool _isSealed;
    private readonly long _now = receivedAt.ToUnixTimeMilliseconds();
    private Dictionary<int, string>? _details;
    private Dictionary<int, string>? _reasons;

    /// <summary>Different details of what is dropped whatever it says.</summary>
    private HashSet<string>? _causes;
    private ArrayBufferWriter<byte>? _origins;

    public int Count { get; private set; }

    /// <summary>Bytes of memory that they take.</summary>
    public long Bytes => _changes.Length;

    /// <summary>A chunk names each detail once, and has room for so many: each change beyond them would need a row of its own.</summary>
    public bool IsFull => Count >= Chunk.MaxChanges || _length >= Chunk.MaxBytes || _causes?.Count >= DroppedChanges.MaxCauses;

    /// <param name="change">Copied; its memory may be used again.</param>
    /// <param name="detail">Shown with the change should it be dropped.</param>
    /// <param name="origin">Where a replayed change comes from; of all the changes of a chunk, or of none.</param>
    /// <param name="dropped">Why it is dropped whatever it says; null where the mapping decides.</param>
    public void Add(in Change change, string? detail = null, ChangeOrigin? origin = null, string? dropped = null)
    {
        ObjectDisposedException.ThrowIf(_isSealed, this);
        var believable = Believable(change);
        Reserve(ChangeCodec.MaxLength(believable));
        _length += ChangeCodec.Write(_changes.AsSpan(_length), believable);
        if (detail is not null) (_details ??= []).Add(Count, detail);
        if (dropped is not null) (_reasons ??= []).Add(Count, dropped);
        var isDropped = dropped is not null || change.Action is ChangeAction.Unsupported or ChangeAction.BadMembership;
        if (isDropped && detail is not null) (_causes ??= new(StringComparer.Ordinal)).Add(detail);
        if (origin is { } known) ChangeOrigins.Write(_origins ??= new(), known);
        Count++;
    }

    /// <summary>What was gathered; nothing can be done with the builder afterwards.</summary>
    public Chunk Seal(EntryRule rule)
    {
        var changes = TakeChanges();
        // an e-mail, a customer id and an MPID
        var fingerprints = new List<ulong>(Count * 3);
        DroppedChanges.Builder? dropped = null;
        var (earliest, latest) = ((long?)null, long.MinValue);
        var offset = 0;
        for (var position = 0; position < Count; position++)
        {
            var change = ChangeCodec.Read(changes, ref offset);
            var member = MemberMapper.Map(change, rule.Mapping);
            AddFingerprints(fingerprints, change, member);
            if ((_reasons?.GetValueOrDefault(position) ?? DropReason(change, member, rule)) is { } reason) (dropped ??= new(Count)).Add(position, reason, _details?.GetValueOrDefault(position));
            if (change.OccurredAt is { } at && !(earliest <= at)) earliest = at;
            latest = Math.Max(latest, change.OccurredAt ?? _now);
        }
        var members = SortedBytes(fingerprints);
        var origins = _origins?.WrittenMemory ?? default(ReadOnlyMemory<byte>);
        var drops = dropped?.Build() ?? DroppedChanges.None;
        return new()
        {
            Count = Count,
            Changes = changes,
            Members = members,
            Origins = origins,
            Earliest = earliest,
            Latest = Count == 0 ? _now : latest,
            Dropped = drops,
            DroppedBytes = drops.BytesIn(changes.Length + members.Length + origins.Length),
        };
    }

    private void Reserve(int more)
    {
        if (_changes.Length - _length >= more) return;
        var length = Math.Max(_length + more, Math.Max(MinRented, _changes.Length * 2));
        var larger = PoolOf(length).Rent(length);
        _changes.AsSpan(0, _length).CopyTo(larger);
        GiveBack();
        _changes = larger;
    }

    private byte[] TakeChanges()
    {
        ObjectDisposedException.ThrowIf(_isSealed, this);
        _isSealed = true;
        var changes = _changes.AsSpan(0, _length).ToArray();
        GiveBack();
        _changes = [];
        return changes;
    }

    private static ArrayPool<byte> PoolOf(int length) => length <= MaxOfSharedPool ? ArrayPool<byte>.Shared : Large;

    private void GiveBack()
    {
        if (_changes.Length > 0) PoolOf(_changes.Length).Return(_changes);
    }

    /// <summary>The latest time, in Unix milliseconds, that is believed of something received then.</summary>
    public static long LatestBelievable(DateTimeOffset receivedAt) => receivedAt.ToUnixTimeMilliseconds() + MaxAheadMilliseconds;

    private Change Believable(in Change change) => change.OccurredAt > LatestBelievable(receivedAt) ? change with { OccurredAt = _now } : change;

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

    /// <summary>Each once: a person with many changes is found by one.</summary>
    private static byte[] SortedBytes(List<ulong> fingerprints)
    {
        var sorted = CollectionsMarshal.AsSpan(fingerprints);
        FingerprintSort.Sort(sorted);
        var count = Math.Min(1, sorted.Length);
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] != sorted[count - 1]) sorted[count++] = sorted[i];
        }
        return MemoryMarshal.AsBytes(sorted[..count]).ToArray();
    }
}
