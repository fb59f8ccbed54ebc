namespace IterableForwarder.Journal.Limits;

/// <summary>The meter of what is taken in.</summary>
internal static class IngressMeter
{
    public const string Name = "IterableForwarder.Ingress";
}
