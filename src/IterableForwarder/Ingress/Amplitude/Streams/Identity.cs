using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>What a stream's mappings fill of Iterable's own fields: who it was, and which campaign it belongs to.</summary>
internal sealed class Identity(EventStream stream)
{
    private readonly Locator? _email = LocatorOf(stream.Identifier.Type == IdentifierType.Email ? stream.Identifier.Property : stream.Mappings.GetValueOrDefault("email"));
    private readonly Locator? _userId = LocatorOf(stream.Identifier.Type == IdentifierType.UserId ? stream.Identifier.Property : stream.Mappings.GetValueOrDefault("userId"));
    private readonly Locator? _campaignId = LocatorOf(stream.Mappings.GetValueOrDefault("campaignId"));
    private readonly Locator? _templateId = LocatorOf(stream.Mappings.GetValueOrDefault("templateId"));

    public ReadOnlyMemory<byte> EmailOf(AmplitudeMessage message) => TextOf(_email, message, orNumber: false);

    /// <summary>A number will do: ids of a customer's own database often are.</summary>
    public ReadOnlyMemory<byte> UserIdOf(AmplitudeMessage message) => TextOf(_userId, message, orNumber: true);

    /// <summary>Null where it is no id of Iterable's, which are numbers from 1.</summary>
    public long? CampaignOf(AmplitudeMessage message) => NumberOf(_campaignId, message);

    public long? TemplateOf(AmplitudeMessage message) => NumberOf(_templateId, message);

    private static Locator? LocatorOf(string? path) => path is null ? null : new(path);

    private static ReadOnlyMemory<byte> TextOf(Locator? locator, AmplitudeMessage message, bool orNumber) =>
        locator is null ? default : JsonValues.Present(AmplitudeMessage.TextOf(locator.Find(message), orNumber));

    private static long? NumberOf(Locator? locator, AmplitudeMessage message) =>
        JsonNumbers.IdOf(TextOf(locator, message, orNumber: true).Span);
}
