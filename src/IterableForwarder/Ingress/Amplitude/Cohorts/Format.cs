using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>A message of the cohort webhook.</summary>
internal sealed class CohortsFormat : BodyFormat<CohortMessage>
{
    private readonly CohortMessage _message;
    private readonly CohortsParser _parser;

    public CohortsFormat(ChangeLimit limit)
    {
        _message = new(limit);
        _parser = new(_message, Errors);
    }

    public override IBodyParser Parser => _parser;

    public override long Gathered => _message.Users.Bytes;

    public override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        if (!_parser.IsBroken) _message.Check(Errors);
        return Task.CompletedTask;
    }

    public override CohortMessage ToMessage(IncomingBody body) => _message;
}
