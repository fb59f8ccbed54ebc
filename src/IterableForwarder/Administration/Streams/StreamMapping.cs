using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>From a request that has passed its rules to a stream. What is left out takes its default.</summary>
internal static class StreamMapping
{
    public static EventStream ToStream(this NewStream request, Project project, TimeProvider time) => Apply(request, new EventStream
    {
        Id = FeedId.New(time),
        UsersId = FeedId.New(time),
        ProjectId = project.Id,
        Name = request.Name!,
        Identifier = ToIdentifier(request.Identifier!),
        CreatedAt = time.GetStoredNow(),
    });

    public static EventStream ApplyTo(this StreamReplacement request, EventStream stream) => Apply(request, stream);

    private static EventStream Apply(StreamSettings request, EventStream stream) => stream with
    {
        Name = request.Name!,
        Identifier = ToIdentifier(request.Identifier!),
        Mappings = new()
        {
            UserId = request.Mappings?.GetValueOrDefault("userId"),
            Email = request.Mappings?.GetValueOrDefault("email"),
            CampaignId = request.Mappings?.GetValueOrDefault("campaignId"),
            TemplateId = request.Mappings?.GetValueOrDefault("templateId"),
        },
        Events = ToEvents(request.Events),
        Users = new()
        {
            Enabled = request.Users is { Enabled: not false },
            Properties = [.. (request.Users?.Properties ?? []).OfType<string>()],
            MergeNestedObjects = request.Users?.MergeNestedObjects ?? false,
        },
    };

    private static StreamIdentifier ToIdentifier(IdentifierSetting identifier) => new(identifier.Property!, StreamWords.IdentifierTypes.Parse(identifier.Type!));

    private static StreamEvents ToEvents(EventsSetting? events) => new()
    {
        Enabled = events is { Enabled: not false },
        Include = [.. (events?.Include ?? []).Select(s => new EventSelection(s!.EventType!, [.. (s.Filters ?? []).Select(f => ToFilter(f!))]))],
        Properties = [.. (events?.Properties ?? []).OfType<string>()],
    };

    private static EventFilter ToFilter(FilterSetting filter) =>
        new(filter.Property!, StreamWords.Operators.Parse(filter.Op!), [.. (filter.Values ?? []).Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : v.GetRawText())]);
}
