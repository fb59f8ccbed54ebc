using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Accepts what a message came to, whole and once.</summary>
internal sealed class Intake(IEntryJournal journal, IngressLog log)
{
    /// <summary>
    /// A message whose id was accepted before does nothing more: its answer is the same. Another message under that id is kept as dropped.
    /// </summary>
    /// <param name="batchesOf">What the message brings; with a reason, all of it dropped for that.</param>
    /// <param name="content">Tells messages apart that come under one id.</param>
    /// <param name="project">Within what ids are unique.</param>
    /// <param name="request">The message.</param>
    public async Task AcceptAsync(Func<string?, IReadOnlyList<NewBatch>> batchesOf, byte[] content, Project project, FirehoseRequest request)
    {
        if (request.Message.Id is not { } id)
        {
            await TryAcceptAsync(batchesOf(null), guard: null);
            return;
        }
        var guards = new IdGuards(project, id, content);
        if (!await TryAcceptAsync(batchesOf(null), guards.OfAccepted)) await TryAcceptAsync(batchesOf(Reasons.MessageIdReused), guards.OfReused);
    }

    /// <summary>False where the id was used for something else.</summary>
    private async Task<bool> TryAcceptAsync(IReadOnlyList<NewBatch> batches, RepeatGuard? guard)
    {
        var acceptance = await journal.AcceptAsync(batches, guard);
        if (acceptance.Kind == AcceptanceKind.KeyReused) return false;
        if (acceptance.Kind != AcceptanceKind.Accepted) return true;
        foreach (var batch in batches) log.Accepted(batch);
        return true;
    }
}
