using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Decides when mParticle is told to stop.</summary>
internal sealed class Suspension(IOptions<MParticleOptions> options, OncePerHour once, ILogger<Suspension> log)
{
    /// <summary>
    /// True once Iterable has refused the project's key for long: only that is a lasting error. All else mends, and what arrives
    /// until then is kept.
    /// </summary>
    public bool IsDue(Project project, FirehoseRequest request)
    {
        if (project.Hold is not { Reason: HoldCause.CredentialsRejected } hold || request.ReceivedAt - hold.Since <= options.Value.SuspendAfter) return false;
        if (once.IsDue("suspended", project.Id.ToString()))
            MParticleLog.Suspended(log, request.Message.Account.Id, project.Id.ToString(), hold.Since);
        return true;
    }
}
