namespace Iterable.Client.Transport;

/// <summary>Has every attempt paid from the project's budget. It stands inside the retries, as each of those is a request too.</summary>
internal sealed class BudgetHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await CallContext.Of(request).PayAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
