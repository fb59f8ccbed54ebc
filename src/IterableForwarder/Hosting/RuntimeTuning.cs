namespace IterableForwarder.Hosting;

/// <summary>The one setting of the runtime that depends on the machine. The others are in <c>RuntimeTuning.props</c>, each with its gain.</summary>
internal static class RuntimeTuning
{
    /// <summary>
    /// Lets the pool begin with a worker for every other core, and grow where those do not do. With one for each core, most work wakes a worker
    /// of its own where the one that is awake would have come to it soon: bulk takes some 8 % more CPU on two cores (four runs), a trickle the same.
    /// </summary>
    public static void Apply() => ThreadPool.SetMinThreads(Math.Max(1, Environment.ProcessorCount / 2), Environment.ProcessorCount);
}
