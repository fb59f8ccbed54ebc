using IterableForwarder.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>What reading came to: a message, or the answer that refuses it.</summary>
internal sealed record CohortReading(CohortMessage? Message, ProblemHttpResult? Refusal);

/// <summary>Reads the body of a request.</summary>
internal sealed class CohortsReader(ProjectRequests requests)
{
    public async Task<CohortReading> ReadAsync(HttpContext context)
    {
        var message = new CohortMessage();
        var faults = new Faults();
        var parser = new CohortsParser(message, faults);
        if (await requests.ReadAsync(context, parser, onFull: null) is { } refusal) return new(null, refusal);
        if (!parser.IsBroken) message.Check(faults);
        return faults.Count > 0 ? new(null, faults.ToResult()) : new(message, null);
    }
}
