namespace Iterable.Client.Transport;

/// <summary>What the handlers need to know of a call; it travels in the options of its HTTP request.</summary>
/// <param name="endpointClass">What the budget is asked for.</param>
/// <param name="budget">Paid before every attempt; null for none.</param>
/// <param name="isRepeatable">Whether doing the call twice does no harm.</param>
internal sealed class CallContext(EndpointClass endpointClass, ICallBudget? budget, bool isRepeatable)
{
    private static readonly HttpRequestOptionsKey<CallContext> Key = new("Iterable.Client.Call");

    public bool IsRepeatable => isRepeatable;

    /// <summary>Attempts that were paid for, and so sent.</summary>
    public int Attempts { get; private set; }

    public static CallContext Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var context)
            ? context
            : throw new InvalidOperationException("The request was not made by IterableClient.");

    public void AttachTo(HttpRequestMessage request) => request.Options.Set(Key, this);

    public async ValueTask PayAsync(CancellationToken cancellationToken)
    {
        if (budget is not null)
            await budget.TakeAsync(endpointClass, cancellationToken);
        Attempts++;
    }

    public void Answered() => budget?.Answered(endpointClass);
}
