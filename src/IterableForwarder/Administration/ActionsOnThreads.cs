using Microsoft.AspNetCore.Mvc.Filters;

namespace IterableForwarder.Administration;

/// <summary>
/// Runs each action on a thread of its own until it waits for something: most read the store, and some walk over much of it. Not more of
/// them at once than keep the processor busy; the others wait for their turn, without a thread. Who asks for what may take long waits for
/// others like that: somebody who wants to pause a connection does not.
/// </summary>
internal sealed class ActionsOnThreads : IAsyncActionFilter, IDisposable
{
    private readonly SemaphoreSlim _turns = new(2 * Environment.ProcessorCount);
    private readonly SemaphoreSlim _longTurns = new(2 * Environment.ProcessorCount);

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var mayTakeLong = context.ActionDescriptor.EndpointMetadata.OfType<MayTakeLongAttribute>().Any();
        var action = await OwnThread.RunInTurnAsync(mayTakeLong ? _longTurns : _turns, () => next(), context.HttpContext.RequestAborted);
        // one that waits, perhaps for Iterable, is in nobody's way
        await action;
    }

    public void Dispose()
    {
        _turns.Dispose();
        _longTurns.Dispose();
    }
}

/// <summary>An action, or every one of a controller, that may walk over much of the store.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class MayTakeLongAttribute : Attribute;
