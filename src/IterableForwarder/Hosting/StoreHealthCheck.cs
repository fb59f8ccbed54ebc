using IterableForwarder.Http;
using IterableForwarder.Journal;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IterableForwarder.Hosting;

/// <summary>Ready means: the schema is current, and the store answers.</summary>
internal sealed class StoreHealthCheck(StoreProbe store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    /// <summary>The response of the probe: as JSON, and where the service is not ready with the reason, as far as the caller may read it.</summary>
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        Status = report.Status.ToString(),
        Reasons = report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).ToDictionary(e => e.Key, e => StoreReason.For(context, e.Value.Description)),
    });
}
