using System.Collections.Concurrent;

namespace Iterable.Client.Tests.Support;

/// <summary>Grants everything and remembers what for.</summary>
internal sealed class RecordingBudget : ICallBudget
{
    private readonly ConcurrentQueue<EndpointClass> _taken = new();

    public IReadOnlyList<EndpointClass> Taken => [.. _taken];

    public ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        _taken.Enqueue(endpointClass);
        return ValueTask.CompletedTask;
    }
}
