using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Events: many at once, and one at a time.</summary>
internal sealed class EventApi(World world)
{
    public ApiAnswer TrackBulk(ApiCall call)
    {
        var events = ReadAll(call);
        lock (call.Project.Gate)
        {
            var writer = new EventWriter(call.Project, world.Options.TimeProvider);
            if (writer.CheckFields(events) is { } refusal) return refusal;
            foreach (var each in events) writer.Write(each);
            return new ListAnswer
            {
                Succeeded = writer.Succeeded,
                Failures = writer.Failures,
                CreatedFields = writer.CreatedFields,
                DisallowedEventNames = writer.DisallowedEventNames,
            }.ToAnswer();
        }
    }

    public ApiAnswer Track(ApiCall call)
    {
        var sent = ReadSingle(call);
        lock (call.Project.Gate)
        {
            var writer = new EventWriter(call.Project, world.Options.TimeProvider);
            if (writer.CheckFields([sent]) is { } refusal) return refusal;
            if (writer.Write(sent) is { } id) return Tracked(id);
            return writer.DisallowedEventNames.Count > 0
                ? Refusals.BadParams("eventName", "is not allowed")
                : SingleFailure.Of(writer.Failures);
        }
    }

    private static ApiAnswer Tracked(string id) => Envelope.Success($"Event with id: {id} tracked.", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteEndObject();
    });

    private static EventInput ReadSingle(ApiCall call)
    {
        var reader = new BodyReader(call.Body);
        reader.BeginBody();
        var sent = EventInput.Read(ref reader);
        reader.EndBody();
        call.Count(1);
        return sent;
    }

    private static List<EventInput> ReadAll(ApiCall call)
    {
        List<EventInput>? events = null;
        var reader = new BodyReader(call.Body);
        reader.BeginBody();
        while (reader.NextName())
        {
            if (!reader.Is("events"u8))
            {
                reader.SkipValue();
                continue;
            }
            events = [];
            reader.BeginArray("events");
            while (reader.NextObject()) events.Add(EventInput.Read(ref reader));
        }
        reader.EndBody();
        if (events is null) throw reader.Bad("events", "is missing");
        call.Count(events.Count);
        return events;
    }
}
