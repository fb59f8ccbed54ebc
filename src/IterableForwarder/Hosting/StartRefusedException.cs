namespace IterableForwarder.Hosting;

/// <summary>The settings do not make a service. The message is for the operator and names every fault.</summary>
internal sealed class StartRefusedException(IReadOnlyCollection<string> faults)
    : Exception($"The service cannot start because of invalid settings:{string.Concat(faults.Select(f => $"{Environment.NewLine}  - {f}"))}")
{
    public IReadOnlyCollection<string> Faults => faults;
}
