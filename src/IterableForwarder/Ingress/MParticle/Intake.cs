using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Accepts what a message came to, whole and once.</summary>
internal sealed class Intake(IEntryJournal journal, IngressLog log)
{
    /// <summary>A message whose id was accepted before does nothing more: its answer is the same.</summary>
    public async Task AcceptAsync(IReadOnlyList<NewBatch> batches, Project project, FirehoseRequest request)
    {
        var guard = request.Message.Id is { } id ? new RepeatGuard(project.Id.Value, SHA256.HashData(Encoding.UTF8.GetBytes(id)), null) : null;
        var acceptance = await journal.AcceptAsync(batches, guard);
        if (acceptance.Kind != AcceptanceKind.Accepted) return;
        foreach (var batch in batches) log.Accepted(batch);
    }
}
