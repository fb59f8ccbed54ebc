using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using IterableForwarder.Changes;

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
/// may come behind them, so they are finished only when it is known whole.
/// </summary>
internal sealed class GatheredChanges
{
    private readonly ArrayBufferWriter<byte> _encoded = new();
    private readonly List<GatheredChange> _changes = [];
    private readonly List<GatheredAudience> _audiences = [];
    private readonly Dictionary<(string Id, ListSetting List), GatheredAudience> _byName = [];

    public int Count => _changes.Count;

    /// <summary>In order of appearance.</summary>
    public IReadOnlyList<GatheredAudience> Audiences => _audiences;

    /// <summary>A profile that is none, or cannot be read: nothing is known of it, so it shows in the account of the unknown audience.</summary>
    public void AddUnreadable() => Add(default, new Change { Action = ChangeAction.Unsupported }, "the profile cannot be read");

    public void Add(in Audience audience, in Change change) => Add(audience, change, change.Action == ChangeAction.Unsupported ? audience.Action : null);

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
        hash.Append(_encoded.WrittenSpan);
        return hash.GetCurrentHash();
    }

    private void Add(in Audience audience, in Change change, string? detail)
    {
        var key = (audience.Id, audience.List);
        if (!_byName.TryGetValue(key, out var known))
        {
            known = new(_audiences.Count, audience.Id, audience.List);
            _byName.Add(key, known);
            _audiences.Add(known);
        }
        known.Name ??= audience.Name;
        _changes.Add(new(known.Number, detail));
        ChangeCodec.Write(_encoded, change);
    }

    /// <summary>All changes in their order, each with the time they share.</summary>
    public IEnumerable<(Change Change, int Audience, string? Detail)> At(long? occurredAt)
    {
        var offset = 0;
        foreach (var gathered in _changes)
        {
            var change = ChangeCodec.Read(_encoded.WrittenMemory, ref offset);
            yield return (change with { OccurredAt = occurredAt }, gathered.Audience, gathered.Detail);
        }
    }

    private readonly record struct GatheredChange(int Audience, string? Detail);
}
