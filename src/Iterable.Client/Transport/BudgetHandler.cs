namespace Iterable.Client.Transport;

/// <summary>Has every attempt paid from the project's budget. It is inside the retries, as each of those is a request too.</summary>
internal sealed class BudgetHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = CallContext.Of(request);
        await call.PayAsync(cancellationToken);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            call.Answered();
            return response;
        }
        catch (HttpRequestException)
        {
            call.Answered();
            throw;
        }
    }
}
