namespace IterableForwarder.Hosting;

/// <summary>The settings do not make a service. The message is for the operator and names every error.</summary>
internal sealed class StartRefusedException(IReadOnlyCollection<string> errors)
    : Exception($"The service cannot start because of invalid settings:{string.Concat(errors.Select(f => $"{Environment.NewLine}  - {f}"))}")
{
    public IReadOnlyCollection<string> Errors => errors;
}
