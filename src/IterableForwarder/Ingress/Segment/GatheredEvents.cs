using System.Buffers;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>An audience of a request, with what the newest of its events says of its settings.</summary>
/// <param name="number">Its place among those of the request.</param>
/// <param name="key">The computation key.</param>
/// <param name="known">Its connection, where there is one: that says where the identifiers stand, and what is mapped.</param>
internal sealed class GatheredAudience(int number, string key, Connection? known)
{
    private byte[] _settings = [];

    public int Number => number;

    public string Key => key;

    public EventIdentifiers Identifiers { get; } = EventIdentifiers.Of(known?.Identifiers);

    public EventAttributes Attributes { get; } = new(known?.Attributes ?? []);

    /// <summary>Of the newest event, in Unix milliseconds.</summary>
    public long Time { get; private set; } = long.MinValue;

    /// <summary>The list that the newest event names by its id; null where it names none.</summary>
    public long? ListId { get; private set; }

    public AudienceSettings ReadSettings() => AudienceSettings.Read(_settings);

    /// <summary>Of two events of the same time the later in the request counts.</summary>
    public void Follow(in Personas personas, long time)
    {
        if (time < Time) return;
        (Time, ListId) = (time, personas.ListId);
        if (!personas.Settings.Span.SequenceEqual(_settings)) _settings = personas.Settings.ToArray();
    }
}

/// <summary>An event about an audience. Its change stands beside it in a compact form.</summary>
/// <param name="Index">Its position in the request.</param>
/// <param name="Audience">Whose membership it is about.</param>
/// <param name="ListId">The list it names by its id; null where it names none.</param>
/// <param name="MessageId">Null where it has none.</param>
internal sealed record GatheredEvent(int Index, GatheredAudience Audience, long? ListId, string? MessageId)
{
    /// <summary>It was accepted before: it is answered for, and not done again.</summary>
    public bool IsRepeated { get; set; }
}

/// <summary>
/// The events of a request as they are read. They are dealt out to their connections only once the request is known whole: a
/// signature may be wrong, an event may be one too many, and the newest of an audience's events says what its settings are.
/// </summary>
/// <param name="find">The connection of an audience, where there is one.</param>
/// <param name="receivedAt">When the request came.</param>
internal sealed class GatheredEvents(Func<string, Connection?> find, DateTimeOffset receivedAt)
{
    private readonly ArrayBufferWriter<byte> _changes = new();
    private readonly List<GatheredEvent> _events = [];
    private readonly Dictionary<string, GatheredAudience> _audiences = new(StringComparer.Ordinal);
    private readonly HashSet<string> _messageIds = new(StringComparer.Ordinal);

    public DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>Events that are about no audience.</summary>
    public int Ignored { get; private set; }

    /// <summary>In order of appearance.</summary>
    public IReadOnlyList<GatheredAudience> Audiences => [.. _audiences.Values.OrderBy(a => a.Number)];

    /// <summary>The message id of the only event; null where there are several, or it has none.</summary>
    public string? OnlyMessageId => _events.Count == 1 && Ignored == 0 ? _events[0].MessageId : null;

    /// <param name="index">Its position in the request.</param>
    /// <param name="json">The event, as it stands in the body; what is kept of it is copied.</param>
    public void Add(int index, ReadOnlyMemory<byte> json)
    {
        var parts = SegmentEvent.Of(json);
        var personas = parts.Personas;
        if (personas.Key is not { } key)
        {
            Ignored++;
            return;
        }
        if (!_audiences.TryGetValue(key, out var audience)) _audiences[key] = audience = new(_audiences.Count, key, find(key));
        var change = ChangeOf(parts, audience);
        // a clock that runs ahead is not believed when it comes to which of two events is the newer
        audience.Follow(personas, Math.Min(change.OccurredAt ?? long.MaxValue, receivedAt.ToUnixTimeMilliseconds()));
        var id = parts.MessageId;
        _events.Add(new(index, audience, personas.ListId, id) { IsRepeated = id is not null && !_messageIds.Add(id) });
        ChangeCodec.Write(_changes, change);
    }

    /// <summary>All events about audiences, in their order, each with its change.</summary>
    public IEnumerable<(GatheredEvent Event, Change Change)> All()
    {
        var offset = 0;
        foreach (var one in _events) yield return (one, ChangeCodec.Read(_changes.WrittenMemory, ref offset));
    }

    /// <summary>Attributes are sent with adds alone.</summary>
    private static Change ChangeOf(in SegmentEvent parts, GatheredAudience audience)
    {
        var action = parts.ReadMembership(audience.Key, out var attributes);
        return new()
        {
            Action = action,
            Email = audience.Identifiers.FindEmail(parts.Json),
            CustomerId = audience.Identifiers.FindUserId(parts.Json),
            Attributes = action == ChangeAction.Add ? audience.Attributes.Read(parts, attributes, audience.Key) : default,
            OccurredAt = EventTimes.ReadOccurredAt(parts.Timestamp),
        };
    }
}
