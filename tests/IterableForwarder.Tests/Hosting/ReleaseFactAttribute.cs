namespace IterableForwarder.Tests.Hosting;

/// <summary>A test that measures the service as it is shipped. It is skipped, with the reason, where it was compiled for debugging.</summary>
internal sealed class ReleaseFactAttribute : FactAttribute
{
#if DEBUG
    public const string? WhyNot = "It measures the service as it is shipped: run it with -c Release.";
#else
    public const string? WhyNot = null;
#endif

    public ReleaseFactAttribute() => Skip = WhyNot;
}

/// <inheritdoc cref="ReleaseFactAttribute"/>
internal sealed class ReleaseTheoryAttribute : TheoryAttribute
{
    public ReleaseTheoryAttribute() => Skip = ReleaseFactAttribute.WhyNot;
}
