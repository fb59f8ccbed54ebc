using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Ingress.Segment;

/// <summary>How Segment's events are taken.</summary>
internal sealed class SegmentOptions
{
    public const string Section = "Ingest:Segment";

    /// <summary>Whether events create the connections of the audiences that they name; default <c>auto</c>.</summary>
    [EnumDataType(typeof(Provisioning))]
    public Provisioning Provisioning { get; set; } = Provisioning.Auto;
}
