namespace IterableForwarder.Hosting;

/// <summary>
/// The settings of the runtime that the service starts with. Those that the runtime reads before any code runs stand in two files: the
/// collector's and the first worker's in <c>runtimeconfig.template.json</c>, the compiler's and the kind of collector in
/// <c>IterableForwarder.csproj</c>. docs/decisions/0012-what-a-member-may-cost.md has what each of them gained when it was measured.
/// </summary>
internal static class RuntimeTuning
{
    /// <summary>
    /// A worker for every other core at once, more when those do not do: to wake one for a message that another would come to soon costs
    /// more than the message. On two cores this took a tenth off the CPU of a trickle. The runtime begins with one worker.
    /// </summary>
    public static void Apply() => ThreadPool.SetMinThreads(Math.Max(1, Environment.ProcessorCount / 2), Environment.ProcessorCount);
}
