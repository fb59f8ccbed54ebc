using System.Text;
using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>What the messages of one request become: a batch for each feed, and the response.</summary>
/// <param name="target">The stream and its project.</param>
/// <param name="terms">When the request came, and what it may bring.</param>
/// <param name="errors">Receives what makes a message none at all.</param>
/// <param name="api">Receives the same in the words of Amplitude's HTTP V2 API.</param>
internal sealed class StreamIntake(StreamTarget target, IntakeTerms terms, ValidationErrors errors, HttpApi api)
{
    /// <summary>Characters of an event's own id that the accounts show.</summary>
    private const int MaxIdCharacters = 255;

    private readonly EventReader _events = new(target.Stream, terms.ReceivedAt);
    private readonly UserReader _users = new(target.Stream);
    private readonly List<RefusedMessage> _refused = [];
    private int _accepted;
    private int _ignored;
    private int _read;
    private string? _lastId;

    public FeedDraft Events { get; } = new(target.Events, target.Project, terms.ReceivedAt);

    public FeedDraft Users { get; } = new(target.Users, target.Project, terms.ReceivedAt);

    /// <summary>Of the last event, what stops it in the stream's definition; null where it passes.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Bytes of memory that the changes take.</summary>
    public long Bytes => Events.Bytes + Users.Bytes;

    /// <summary>Messages that were read.</summary>
    public int Read => _read;

    /// <summary>Whether they came in the form of Amplitude's HTTP V2 API.</summary>
    public bool IsHttpApi => api.Body?.IsHttpApi == true;

    public IngestResponse Response => new(_accepted, _ignored, _refused);

    /// <summary>An event; in the form of the HTTP API it may set user properties as well.</summary>
    public void TakeEvent(MessagePlace place, ReadOnlyMemory<byte> json)
    {
        var message = new AmplitudeMessage(json);
        CheckEvent(message, place);
        if (errors.Count > 0) return;

        var id = EventId.Given(message) is { IsEmpty: false } given ? JsonValues.Cut(Encoding.UTF8.GetString(given.Span), MaxIdCharacters) : null;
        var tally = new Tally(place.Index, id);
        StoppedBy = _events.FindObstacle(message);
        if (StoppedBy is null)
        {
            var dropped = Events.Add(_events.Read(message), id);
            if (dropped is not null) StoppedBy = "identifier";
            tally.Add(dropped);
        }
        if (place.IsOfArray || EventFilters.IsOperation(message)) AddUser(message, tally);
        Count(tally);
    }

    /// <summary>A user, in the form of Identify or plain.</summary>
    public void TakeUser(MessagePlace place, ReadOnlyMemory<byte> json)
    {
        var message = new AmplitudeMessage(json);
        if (!message.IsObject) errors.Add(place.Whole, "must be an object");
        else if (AmplitudeMessage.TypeOf(message.UserProperties) != JsonTokenType.StartObject) errors.Add(place.Of("user_properties"), "is required: an object");
        if (errors.Count > 0) return;
        var tally = new Tally(place.Index, null);
        AddUser(message, tally);
        Count(tally);
    }

    /// <summary>One for each feed that got anything. A request of one event can be found by the event's id.</summary>
    public IReadOnlyList<NewBatch> ToBatches(TimeProvider time)
    {
        var sourceId = _read == 1 ? _lastId : null;
        return [.. new[] { Events.ToBatch(time, sourceId), Users.ToBatch(time, sourceId) }.OfType<NewBatch>()];
    }

    private void CheckEvent(AmplitudeMessage message, MessagePlace place)
    {
        if (!message.IsObject)
        {
            errors.Add(place.Whole, "must be an object");
            api.AddError("event", place.Index, isMissing: false);
        }
        else if (message.EventType.IsEmpty)
        {
            errors.Add(place.Of("event_type"), "is required: a text");
            api.AddError("event_type", place.Index, isMissing: AmplitudeMessage.TypeOf(message.Field("event_type"u8)) is JsonTokenType.None or JsonTokenType.Null);
        }
    }

    private void AddUser(AmplitudeMessage message, Tally tally)
    {
        if (_users.ReadUpdate(message) is { } update) tally.Add(Users.Add(update, tally.Id));
        foreach (var (operation, change) in _users.ReadUnsupported(message))
        {
            terms.Limit.Check(Events.Count + Users.Count + 1);
            tally.Add(Users.Add(change, operation));
        }
    }

    private void Count(Tally tally)
    {
        terms.Limit.Check(Events.Count + Users.Count);
        (_read, _lastId) = (_read + 1, tally.Id);
        if (tally.IsAccepted) _accepted++;
        else if (tally.Reasons.Count == 0) _ignored++;
        _refused.AddRange(tally.Reasons.Select(reason => new RefusedMessage(tally.Index, tally.Id, reason)));
    }

    /// <summary>What became of one message, which may be an event and an update in one.</summary>
    private sealed class Tally(int index, string? id)
    {
        public int Index => index;

        public string? Id => id;

        public bool IsAccepted { get; private set; }

        public HashSet<string> Reasons { get; } = [];

        /// <param name="dropped">Why it is not forwarded; null where it is.</param>
        public void Add(string? dropped)
        {
            if (dropped is null) IsAccepted = true;
            else Reasons.Add(dropped);
        }
    }
}

/// <summary>When a request came, and what it may bring.</summary>
internal sealed record IntakeTerms(DateTimeOffset ReceivedAt, ChangeLimit Limit);
