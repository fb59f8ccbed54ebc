using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Segment;

/// <summary>A request for the list of an audience. What else is in the body are the destination's extras, which say nothing about a list.</summary>
internal sealed class ListFormat : BodyFormat<AudienceRequest>
{
    /// <summary>Of Segment's calls to <c>createAudienceUrl</c>.</summary>
    private const string AudienceName = "audienceName";

    /// <summary>Of Segment's calls to <c>getAudienceUrl</c>.</summary>
    private const string ExternalId = "externalId";

    /// <summary>A connection's list is named in at most so many.</summary>
    private const int MaxCharacters = 200;

    private readonly TextsParser _texts;

    public ListFormat() => _texts = new(Errors, AudienceName, ExternalId) { Id = ExternalId };

    public override IBodyParser Parser => _texts;

    public override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        if (Errors.Count == 0) Check(_texts[AudienceName], _texts[ExternalId]);
        return Task.CompletedTask;
    }

    public override AudienceRequest ToMessage(IncomingBody body) => new(_texts[AudienceName], _texts[ExternalId]);

    /// <summary>The id of a list; null where the text is none.</summary>
    public static long? IdOf(string text) => JsonNumbers.IdOf(Encoding.UTF8.GetBytes(text));

    private void Check(string? name, string? id)
    {
        if (name is null && id is null) Errors.Add(AudienceName, $"is required as a text, unless {ExternalId} is given");
        if (name?.Length > MaxCharacters) Errors.Add(AudienceName, $"must have at most {MaxCharacters} characters");
        if (id is not null && IdOf(id) is null) Errors.Add(ExternalId, "must be the id of an Iterable list, as returned for the audience");
    }
}
