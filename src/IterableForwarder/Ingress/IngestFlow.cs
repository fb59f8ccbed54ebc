using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>One request from beginning to end, whatever source it comes from.</summary>
internal sealed class IngestFlow(BodyReader reader, IEntryJournal journal, LongWork work, IngressLog log)
{
    /// <summary>How often what is gone is created anew: that somebody deletes a connection in that moment more than once is unlikely.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Bytes of what was read from which on assembling it takes more than some milliseconds.</summary>
    private const long LongMessage = 1 << 20;

    /// <summary>Runs a request. What this does not answer, as a store that is not available, goes to the handler of exceptions.</summary>
    public async Task<IResult> RunAsync<TTarget, TMessage>(IIngestAssembly<TTarget, TMessage> assembly, HttpContext context)
        where TTarget : class
        where TMessage : class
    {
        try
        {
            // 1. Find whom it is for, and whether the caller may send it.
            var (target, refusal) = await assembly.FindAsync(context);
            if (target is null) return refusal!;
            // 2. Read the body whole.
            await using var format = assembly.Open(target, context);
            var (message, unreadable) = await reader.ReadAsync(format, context);
            if (message is null) return unreadable!;
            // 3. Assemble what was read, and accept it.
            var isLong = assembly.IsLong || format.Gathered > LongMessage;
            var (offer, acceptance) = await AcceptAsync(() => isLong
                ? work.RunAsync(() => assembly.AssembleAsync(target, message, context.RequestAborted), context.RequestAborted)
                : assembly.AssembleAsync(target, message, context.RequestAborted));
            if (acceptance?.Kind == AcceptanceKind.Accepted) format.Keep();
            // 4. Respond, only now that it is on disk.
            if (offer.Ignored is { } ignored) log.Ignored(ignored.Source, ignored.Count);
            if (offer.AfterAsync is { } afterAsync) await afterAsync(context.RequestAborted);
            return offer.Response(acceptance);
        }
        catch (CapacityExceededException e)
        {
            return assembly.Refuse(e.CapacityExceeded);
        }
        catch (ProjectGoneException) when (assembly.IsOfProject)
        {
            return Targets.NoProject();
        }
    }

    /// <summary>
    /// Tries again when a connection or its project was deleted in the meantime: the next attempt creates what is missing anew. Senders do not
    /// send again what is answered with 404, and would lose what they sent.
    /// </summary>
    private async Task<(Offer Offer, Acceptance? Acceptance)> AcceptAsync(Func<Task<Offer>> assembleAsync)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AcceptAsync(await assembleAsync());
            }
            catch (Exception e) when (e is FeedGoneException or ProjectGoneException && attempt < MaxAttempts)
            {
                // the next attempt creates it anew
            }
        }
    }

    /// <summary>Offers it until it is accepted, or nothing is left to offer. The acceptance is null where nothing was to be accepted.</summary>
    private async Task<(Offer Offer, Acceptance? Acceptance)> AcceptAsync(Offer offer)
    {
        while (offer.Batches.Count > 0)
        {
            var acceptance = await journal.AcceptAsync(offer.Batches, offer.IdempotencyKey, offer.Messages);
            if (acceptance.Kind == AcceptanceKind.Accepted)
            {
                foreach (var batch in offer.Batches) log.Accepted(batch);
                return (offer, acceptance);
            }
            if (offer.Instead?.Invoke(acceptance) is not { } next) return (offer, acceptance);
            offer = next;
        }
        return (offer, null);
    }
}
