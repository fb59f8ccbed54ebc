using Microsoft.AspNetCore.Mvc.Filters;

namespace IterableForwarder.Administration;

/// <summary>
/// Runs each action on a thread of its own until it waits for something: most read the store, and some walk over much of it. Not more of
/// them at once than keep the processor busy; the others wait for their turn, without a thread.
/// </summary>
internal sealed class ActionsOnThreads : IAsyncActionFilter, IDisposable
{
    private readonly SemaphoreSlim _turns = new(2 * Environment.ProcessorCount);

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var action = await BeginAsync(next, context.HttpContext.RequestAborted);
        // one that waits, perhaps for Iterable, is in nobody's way
        await action;
    }

    public void Dispose() => _turns.Dispose();

    private async Task<Task<ActionExecutedContext>> BeginAsync(ActionExecutionDelegate next, CancellationToken aborted)
    {
        await _turns.WaitAsync(aborted);
        try
        {
            return await OwnThread.RunAsync(() => next());
        }
        finally
        {
            _turns.Release();
        }
    }
}
