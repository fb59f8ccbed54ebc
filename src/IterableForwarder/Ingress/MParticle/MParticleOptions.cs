using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>How mParticle's messages are taken.</summary>
internal sealed class MParticleOptions
{
    public const string Section = "Ingest:MParticle";

    /// <summary>Whether messages create what they name; default <c>auto</c>.</summary>
    [EnumDataType(typeof(Provisioning))]
    public Provisioning Provisioning { get; set; } = Provisioning.Auto;

    /// <summary>
    /// How long Iterable may refuse a project's key before mParticle is told to suspend the audience; default a day. It then sends
    /// nothing until a person resumes it, and what happens meanwhile is not sent later.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan SuspendAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often Iterable is asked at most, and at least, whose a new key is that could not be told; default a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromMinutes(1);
}
