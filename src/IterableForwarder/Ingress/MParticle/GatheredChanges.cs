using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>An audience of a message with the list it is to feed.</summary>
/// <param name="Number">Its place among those of the message.</param>
internal sealed record GatheredAudience(int Number, string Id, ListSetting List)
{
    /// <summary>The first name that came with it.</summary>
    public string? Name { get; set; }
}

/// <summary>
/// The changes of a message as they are met, in a compact form: what the message says of all of them (its time, whose they are)
/// may come behind them, so they are finished only when it is known whole. The identities of a profile are kept once for all its audiences.
/// </summary>
/// <param name="limit">How many there may be.</param>
internal sealed class GatheredChanges(ChangeLimit limit)
{
    /// <summary>Bytes that an audience takes with its names and its place among the others; an estimate.</summary>
    private const int AudienceBytes = 500;

    private readonly ArrayBufferWriter<byte> _people = new();
    private readonly List<Profile> _profiles = [];
    private readonly List<GatheredChange> _changes = [];
    private readonly List<GatheredAudience> _audiences = [];
    private readonly Dictionary<(string Id, ListSetting List), GatheredAudience> _byName = [];

    public int Count => _changes.Count;

    /// <summary>In order of appearance.</summary>
    public IReadOnlyList<GatheredAudience> Audiences => _audiences;

    /// <summary>Bytes of memory that this takes.</summary>
    public long Bytes =>
        _people.Capacity + ((long)_profiles.Capacity * Marshal.SizeOf<Profile>()) + ((long)_changes.Capacity * 2 * IntPtr.Size) + ((long)_audiences.Count * AudienceBytes);

    /// <summary>A profile that is none, or cannot be read: nothing is known of it, so it shows in the account of the unknown audience.</summary>
    public void AddUnreadable()
    {
        Begin(default, 1);
        Add(default, ChangeAction.Unsupported, "the profile cannot be read");
    }

    /// <summary>A change for each audience of a profile, in their order.</summary>
    /// <exception cref="BodyTooLargeException">The message has more changes than one may have.</exception>
    public void Add(ReadOnlySpan<Audience> audiences, in Change person)
    {
        if (audiences.IsEmpty) return;
        Begin(person, audiences.Length);
        foreach (var audience in audiences)
        {
            var action = audience.ToChangeAction();
            Add(audience, action, action == ChangeAction.Unsupported ? audience.Action : null);
        }
    }

    /// <exception cref="BodyTooLargeException">With so many more, the message has more changes than one may have.</exception>
    public void CheckRoom(int more) => limit.Check((long)_changes.Count + more);

    /// <summary>Tells messages apart that come under one id: who entered or left what, and which lists were named. Not when.</summary>
    public byte[] ContentHash()
    {
        var hash = new XxHash128();
        foreach (var audience in _audiences)
        {
            hash.Append(MemoryMarshal.AsBytes(audience.Id.AsSpan()));
            hash.Append(BitConverter.GetBytes(audience.List.ListId ?? 0));
            hash.Append(MemoryMarshal.AsBytes(audience.List.Given.AsSpan()));
            // where one ends counts too
            hash.Append([0]);
        }
        foreach (var change in _changes) hash.Append(BitConverter.GetBytes(change.Audience));
        // each change as a whole, as it was hashed by the first version: messages of then are still recognized
        foreach (var (change, _, _) in At(occurredAt: null))
        {
            var encoded = ArrayPool<byte>.Shared.Rent(ChangeCodec.MaxLength(change));
            hash.Append(encoded.AsSpan(0, ChangeCodec.Write(encoded, change)));
            ArrayPool<byte>.Shared.Return(encoded);
        }
        return hash.GetCurrentHash();
    }

    /// <summary>All changes in their order, each with the time they share.</summary>
    public IEnumerable<(Change Change, int Audience, string? Detail)> At(long? occurredAt)
    {
        var next = 0;
        foreach (var profile in _profiles)
        {
            var offset = profile.Offset;
            var person = ChangeCodec.Read(_people.WrittenMemory, ref offset);
            for (var last = next + profile.Changes; next < last; next++)
            {
                var gathered = _changes[next];
                yield return (person with { Action = gathered.Action, OccurredAt = occurredAt }, gathered.Audience, gathered.Detail);
            }
        }
    }

    private void Begin(in Change person, int changes)
    {
        CheckRoom(changes);
        _profiles.Add(new(_people.WrittenCount, changes));
        ChangeCodec.Write(_people, person);
    }

    private void Add(in Audience audience, ChangeAction action, string? detail)
    {
        var key = (audience.Id, audience.List);
        if (!_byName.TryGetValue(key, out var known))
        {
            known = new(_audiences.Count, audience.Id, audience.List);
            _byName.Add(key, known);
            _audiences.Add(known);
        }
        known.Name ??= audience.Name;
        _changes.Add(new(known.Number, action, detail));
    }

    /// <param name="Offset">Where its identities begin.</param>
    /// <param name="Changes">How many it has.</param>
    private readonly record struct Profile(int Offset, int Changes);

    private readonly record struct GatheredChange(int Audience, ChangeAction Action, string? Detail);
}
