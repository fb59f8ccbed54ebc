using System.Security.Cryptography;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Events of Segment's audiences, signed where the project asks for it.</summary>
internal sealed class SegmentFormat : BodyFormat<GatheredEvents>
{
    private const string BadSignature = $"The project requires {Signature.Header}, and the header is missing or does not match the body or its first event. Nothing was accepted.";

    private readonly GatheredEvents _events;
    private readonly SegmentParser _parser;

    /// <summary>Null where none is asked for, or none came.</summary>
    private readonly Signature? _signature;

    private readonly bool _lacksSignature;

    public SegmentFormat(Project project, GatheredEvents events, HttpRequest request)
    {
        _lacksSignature = project.SegmentSecret is { } secret && !Signature.TryRead(secret, request, out _signature);
        _events = events;
        _parser = new(events, _signature, Errors);
    }

    public override string What => "events";

    public override IBodyParser Parser => _parser;

    public override long Gathered => _events.Bytes + _parser.SingleBytes;

    public override IResult? RefuseUnread() => _lacksSignature ? BodyReader.Refuse(StatusCodes.Status401Unauthorized, BadSignature) : null;

    public override IncrementalHash? CreateHash() => _signature?.BodyHash();

    public override async Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        _parser.Finish();
        // reading ends where the body breaks; who sent it may still be who the signature says
        if (_signature is not null && Errors.Count > 0) await body.DrainAsync(cancellationToken);
    }

    public override IResult? Refuse(IncomingBody body)
    {
        if (_signature is not null && !_signature.Fits(body.TakeHash()!)) return BodyReader.Refuse(StatusCodes.Status401Unauthorized, BadSignature);
        return _parser.HasTooMany
            ? BodyReader.Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {SegmentParser.MaxEvents} events. Nothing was accepted.")
            : null;
    }

    public override GatheredEvents ToMessage(IncomingBody body) => _events;
}
