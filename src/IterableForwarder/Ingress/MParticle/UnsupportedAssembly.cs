using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>
/// event_processing_request and dsr_processing_request: nothing of them is forwarded. They are answered, and what they asked for
/// shows in an account as <c>unsupportedAction</c>, under a connection without a list.
/// </summary>
internal sealed class UnsupportedAssembly(Accounts accounts, Audiences audiences, OncePerHour once, TimeProvider time, ILogger<UnsupportedAssembly> log)
{
    public async Task<Offer> AssembleAsync(FirehoseRequest request)
    {
        var isEvents = request.Type == MessageType.Events;
        var asked = isEvents ? request.Message.Events : [request.Message.SubjectRequest];
        // without events it is a heartbeat
        if (asked.Count == 0) return Offer.None(request.Response());
        if (once.IsDue(request.Message.TypeWord!, request.Message.Account.Id ?? ""))
            MParticleLog.Unsupported(log, request.Message.TypeWord!, request.Message.Account.Id);
        // a data subject's request need not come with settings; then there is no project to account for it
        if (request.Message.Account.ApiKey is null) return Offer.None(request.Response());

        var found = await accounts.GetOrCreateAsync([], request);
        if (found.Project is not { } project) return Offer.None(found.Refusal!);
        var bin = isEvents
            ? await audiences.FindOrMakeBinAsync(project, "events", "Events (not forwarded)", request)
            : await audiences.FindOrMakeBinAsync(project, "dsr", "Data subject requests (not forwarded)", request);
        return Offer.OnceById(
            request.KeysOf(project, ContentOf(asked, request)), dropped => [BatchOf(asked, bin, project, request, dropped)], _ => request.Response());
    }

    private NewBatch BatchOf(IReadOnlyList<string?> asked, Connection bin, Project project, FirehoseRequest request, string? dropped)
    {
        var draft = new BatchDraft(bin, new EntryRule(null, bin.RuleFor(project)), request.ReceivedAt);
        foreach (var detail in asked) draft.Add(ChangeOf(request), detail, dropped);
        return draft.ToBatch(BatchId.New(time), request.Message.Id);
    }

    /// <summary>What was asked for, and of whom.</summary>
    private static byte[] ContentOf(IReadOnlyList<string?> asked, FirehoseRequest request)
    {
        var content = new ArrayBufferWriter<byte>();
        content.Write(Encoding.UTF8.GetBytes($"{request.Type}\n{string.Join('\n', asked)}\n"));
        ChangeCodec.Write(content, ChangeOf(request) with { OccurredAt = null });
        return SHA256.HashData(content.WrittenSpan);
    }

    /// <summary>Who asks to be forgotten is not written down once more for it.</summary>
    private static Change ChangeOf(FirehoseRequest request)
    {
        var identities = request.Type == MessageType.Events ? request.Message.Identities : default;
        return new Change
        {
            Action = ChangeAction.Unsupported,
            Email = identities.Email,
            CustomerId = identities.CustomerId,
            Mpid = identities.Mpid,
            HashedEmail = identities.IsEmailHashed,
            OccurredAt = request.Message.Timestamp,
        };
    }
}
