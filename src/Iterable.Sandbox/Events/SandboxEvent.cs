namespace Iterable.Sandbox.Events;

/// <summary>An event as it was last sent.</summary>
/// <param name="Id">As sent, or made up.</param>
/// <param name="EventName">As sent.</param>
/// <param name="Email">Lower-case, or null.</param>
/// <param name="UserId">As sent, or null.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="DataFields">A JSON object, or null for none.</param>
/// <param name="CampaignId">As sent, or null.</param>
/// <param name="TemplateId">As sent, or null.</param>
/// <param name="TimesReceived">How often this id was sent: an event is upserted by its id.</param>
public sealed record SandboxEvent(string Id, string EventName, string? Email, string? UserId, long CreatedAt, string? DataFields, long? CampaignId, long? TemplateId, int TimesReceived = 1);
