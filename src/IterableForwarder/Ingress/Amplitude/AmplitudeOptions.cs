using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Ingress.Amplitude;

/// <summary>How Amplitude's cohorts are taken.</summary>
internal sealed class AmplitudeOptions
{
    public const string Section = "Ingest:Amplitude";

    /// <summary>Whether cohorts create the connections that they name; default <c>auto</c>. Streams are always an operator's.</summary>
    [EnumDataType(typeof(Provisioning))]
    public Provisioning Provisioning { get; set; } = Provisioning.Auto;
}
