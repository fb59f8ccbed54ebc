using System.Buffers;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Segment;

/// <summary>An audience of a request, with what the newest of its events says of its settings.</summary>
/// <param name="number">Its place among those of the request.</param>
/// <param name="key">The computation key.</param>
/// <param name="known">Its connection, where there is one: that says where the identifiers are, and what is mapped.</param>
internal sealed class GatheredAudience(int number, string key, Connection? known)
{
    private readonly Dictionary<string, AudienceSettings?> _read = new(StringComparer.Ordinal);
    public int Number => number;

    public string Key => key;

    public EventIdentifiers Identifiers { get; } = EventIdentifiers.Of(known?.Identifiers);

    public EventAttributes Attributes { get; } = new(known?.AttributeMappings ?? []);

    /// <summary>Of the newest event, in Unix milliseconds.</summary>
    public long Time { get; private set; } = long.MinValue;

    /// <summary>The list that the newest event names by its id; null where it names none.</summary>
    public long? ListId { get; private set; }

    /// <summary>Those of the newest event that has any; null where none has.</summary>
    public AudienceSettings? Settings { get; private set; }

    /// <summary>Of that event, in Unix milliseconds.</summary>
    public long SettingsTime { get; private set; } = long.MinValue;

    /// <summary>The settings of an event; the same ones are read once.</summary>
    public AudienceSettings? ReadSettings(in Personas personas, in SegmentEvent parts)
    {
        if (personas.Settings.IsEmpty && parts.Extras.IsEmpty) return null;
        var text = $"{Encoding.UTF8.GetString(personas.Settings.Span)}\n{Encoding.UTF8.GetString(parts.Extras.Span)}";
        if (!_read.TryGetValue(text, out var settings)) _read[text] = settings = AudienceSettings.Read(personas.Settings, parts.Extras);
        return settings;
    }

    /// <summary>Of two events of the same time the later in the request counts.</summary>
    public void Follow(GatheredEvent one)
    {
        if (one.Time >= Time) (Time, ListId) = (one.Time, one.ListId);
        if (one.Settings is not null && one.Time >= SettingsTime) (SettingsTime, Settings) = (one.Time, one.Settings);
    }
}

/// <summary>An event about an audience. Its change is beside it in a compact form.</summary>
/// <param name="Index">Its position in the request.</param>
/// <param name="Audience">Whose membership it is about.</param>
/// <param name="ListId">The list it names by its id; null where it names none.</param>
/// <param name="Settings">What it says about how its change is sent; null where it says nothing.</param>
/// <param name="Time">When it happened, or else when it came, in Unix milliseconds. A clock that runs ahead is not believed.</param>
/// <param name="MessageId">Null where it has none.</param>
/// <param name="Content">What makes it the same as another event of its id.</param>
internal sealed record GatheredEvent(int Index, GatheredAudience Audience, long? ListId, AudienceSettings? Settings, long Time, string? MessageId, long Content)
{
    /// <summary>Its id was accepted before, for the same content: it is answered for, and not done again.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Its id was accepted before, for another content.</summary>
    public bool IsReused { get; set; }

    /// <summary>It was refused before, and is kept as such.</summary>
    public bool IsKept { get; set; }
}

/// <summary>
/// The events of a request as they are read. They are dealt out to their connections only once the request is known whole: a
/// signature may be wrong, an event may be one too many, and the newest of an audience's events says what its settings are.
/// </summary>
/// <param name="find">The connection of an audience, where there is one.</param>
/// <param name="receivedAt">When the request came.</param>
/// <param name="limit">How many there may be; null for any number.</param>
internal sealed class GatheredEvents(Func<string, Connection?> find, DateTimeOffset receivedAt, ChangeLimit? limit = null)
{
    /// <summary>Bytes that an event takes beside its change; an estimate.</summary>
    private const int EventBytes = 500;

    private readonly ArrayBufferWriter<byte> _changes = new();
    private readonly List<GatheredEvent> _events = [];
    private readonly List<RefusedEvent> _noEvents = [];
    private readonly Dictionary<string, GatheredAudience> _audiences = new(StringComparer.Ordinal);

    public DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>Bytes of memory that this takes.</summary>
    public long Bytes => _changes.Capacity + ((long)(_events.Count + _noEvents.Count) * EventBytes);

    /// <summary>Events that are about no audience.</summary>
    public int Ignored { get; private set; }

    /// <summary>An element among the events that is not an event.</summary>
    public IReadOnlyList<RefusedEvent> NoEvents => _noEvents;

    /// <summary>In order of appearance.</summary>
    public IReadOnlyList<GatheredAudience> Audiences => [.. _audiences.Values.OrderBy(a => a.Number)];

    /// <summary>The message id of the only event; null where there are several, or it has none.</summary>
    public string? OnlyMessageId => _events.Count == 1 && Ignored + _noEvents.Count == 0 ? _events[0].MessageId : null;

    /// <param name="index">Its position in the request.</param>
    /// <param name="parts">The event, as it is in the body; what is kept of it is copied.</param>
    public void Add(int index, in SegmentEvent parts)
    {
        if (!parts.IsEvent)
        {
            AddNoEvent(index);
            return;
        }
        var personas = parts.Personas;
        if (!personas.IsOfAudience)
        {
            Ignored++;
            return;
        }
        limit?.Check(_events.Count + 1L);
        var key = personas.Key!;
        if (!_audiences.TryGetValue(key, out var audience)) _audiences[key] = audience = new(_audiences.Count, key, find(key));
        var change = ChangeOf(parts, personas, audience);
        var time = Math.Min(change.OccurredAt ?? long.MaxValue, receivedAt.ToUnixTimeMilliseconds());
        var one = new GatheredEvent(index, audience, personas.ListId, audience.ReadSettings(personas, parts), time, parts.MessageId, ContentOf(key, change));
        audience.Follow(one);
        _events.Add(one);
        ChangeCodec.Write(_changes, change);
    }

    /// <summary>Something that is no event, or cannot be read.</summary>
    public void AddNoEvent(int index) => _noEvents.Add(new(index, null, RefusedEvent.NotAnEvent));

    /// <summary>All events about audiences, in their order, each with its change.</summary>
    public IEnumerable<(GatheredEvent Event, Change Change)> All()
    {
        var offset = 0;
        foreach (var one in _events) yield return (one, ChangeCodec.Read(_changes.WrittenMemory, ref offset));
    }

    /// <summary>Attributes are sent with adds alone.</summary>
    private static Change ChangeOf(in SegmentEvent parts, in Personas personas, GatheredAudience audience)
    {
        var action = parts.ReadMembership(personas, audience.Key, out var attributes);
        return new()
        {
            Action = action,
            Email = audience.Identifiers.FindEmail(parts.Json),
            CustomerId = audience.Identifiers.FindUserId(parts.Json),
            Attributes = action == ChangeAction.Add ? audience.Attributes.Read(parts, attributes, audience.Key) : default,
            OccurredAt = EventTimes.ReadOccurredAt(parts.Timestamp),
        };
    }

    /// <summary>Who entered or left what; not when, nor with which traits.</summary>
    private static long ContentOf(string key, in Change change) => MessageKey.ContentOf(
        Encoding.UTF8.GetBytes(key), new[] { (byte)change.Action }, MemberMapper.NormalizeEmail(change.Email), change.CustomerId);
}
