using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>
/// event_processing_request and dsr_processing_request: nothing of them is forwarded. They are answered, and what they asked for
/// stands in an account as <c>unsupportedAction</c>, under a connection without a list.
/// </summary>
internal sealed class UnsupportedHandler(
    Accounts accounts, Audiences audiences, Intake intake, OncePerHour once, TimeProvider time, ILogger<UnsupportedHandler> log)
{
    public Task<IResult> HandleAsync(FirehoseRequest request) => Attempts.UntilConnectionsStayAsync(() => TryHandleAsync(request));

    private async Task<IResult> TryHandleAsync(FirehoseRequest request)
    {
        var isEvents = request.Type == MessageType.Events;
        var asked = isEvents ? request.Message.Events : [request.Message.SubjectRequest];
        // without events it is a heartbeat
        if (asked.Count == 0) return request.Answer();
        if (once.IsDue(request.Message.TypeWord!, request.Message.Account.Id ?? ""))
            MParticleLog.Unsupported(log, request.Message.TypeWord!, request.Message.Account.Id);
        // a data subject's request need not come with settings; then there is no project to account for it
        if (request.Message.Account.ApiKey is null) return request.Answer();

        var found = await accounts.FindOrMakeAsync([], request);
        if (found.Project is not { } project) return found.Refusal!;
        var bin = isEvents
            ? await audiences.FindOrMakeBinAsync(project, "events", "Events (not forwarded)", request)
            : await audiences.FindOrMakeBinAsync(project, "dsr", "Data subject requests (not forwarded)", request);
        await intake.AcceptAsync(dropped => [BatchOf(asked, bin, project, request, dropped)], ContentOf(asked, request), project, request);
        return request.Answer();
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
