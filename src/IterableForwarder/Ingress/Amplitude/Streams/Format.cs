using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Events or users, one or many. Each is taken in as it is read.</summary>
internal sealed class StreamFormat : BodyFormat<StreamIntake>
{
    /// <summary>What a body holds.</summary>
    public const string Messages = "messages";

    private readonly StreamIntake _intake;
    private readonly MessagesParser _parser;

    private StreamFormat(StreamTarget target, HttpContext context, IntakeTerms terms, bool isOfEvents)
    {
        var api = HttpApi.Of(context);
        Opened = target.Body;
        _intake = new(target, terms, Errors, api);
        _parser = isOfEvents ? new("events", _intake.TakeEvent, Errors) : new("identification", _intake.TakeUser, Errors);
        api.Body = _parser;
    }

    public override IncomingBody? Opened { get; }

    public override string What => Messages;

    public override IBodyParser Parser => _parser;

    public override long Gathered => _intake.Bytes + _parser.SingleBytes;

    public static StreamFormat OfEvents(StreamTarget target, HttpContext context, IntakeTerms terms) =>
        new(target, context, terms, isOfEvents: true);

    public static StreamFormat OfUsers(StreamTarget target, HttpContext context, IntakeTerms terms) =>
        new(target, context, terms, isOfEvents: false);

    public override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        _parser.Finish();
        return Task.CompletedTask;
    }

    public override IResult? Refuse(IncomingBody body) => _parser.HasTooMany
        ? BodyReader.Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {MessagesParser.MaxMessages} messages. Nothing was accepted.")
        : null;

    public override StreamIntake ToMessage(IncomingBody body) => _intake;
}
