using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Accepts the users of a message, whole and once.</summary>
internal sealed class Intake(IEntryJournal journal, Audiences audiences, IngressLog log, TimeProvider time)
{
    /// <summary>Another source of the project may use the same ids for other messages.</summary>
    private const string Prefix = "amplitude:";

    /// <summary>
    /// A message whose id was accepted before does nothing more, and gets its first answer. Another message under that id is kept as dropped.
    /// </summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public Task<CohortAccepted> AcceptAsync(Project project, CohortMessage message, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        Attempts.UntilConnectionsStayAsync(async () =>
        {
            var connection = await audiences.FindOrMakeAsync(project, message, receivedAt, cancellationToken);
            var guards = message.MessageId is { } id ? new IdGuards(project, Prefix + id, ContentOf(message)) : null;
            var acceptance = await TryAcceptAsync(BatchOf(project, connection, message, receivedAt, dropped: null), guards?.OfAccepted);
            if (acceptance.Kind == AcceptanceKind.KeyReused)
                acceptance = await TryAcceptAsync(BatchOf(project, connection, message, receivedAt, Reasons.MessageIdReused), guards!.OfReused);
            return CohortAccepted.Of(acceptance);
        });

    private async Task<Acceptance> TryAcceptAsync(NewBatch batch, RepeatGuard? guard)
    {
        var acceptance = await journal.AcceptAsync([batch], guard);
        if (acceptance.Kind == AcceptanceKind.Accepted) log.Accepted(batch);
        return acceptance;
    }

    /// <summary>
    /// All users count as having changed when the cohort was computed: a message of an earlier computation that was held up does not
    /// undo a later one, and those of one computation count in the order of their arrival.
    /// </summary>
    private NewBatch BatchOf(Project project, Connection connection, CohortMessage message, DateTimeOffset receivedAt, string? dropped)
    {
        var draft = new BatchDraft(connection, CohortConnections.RuleFor(connection, project), receivedAt);
        var action = message.InCohort == true ? ChangeAction.Add : ChangeAction.Remove;
        var users = message.Users.All(action, message.ComputedTime, new(connection.Identifiers), withAttributes: connection.Attributes.Count > 0);
        foreach (var change in users) draft.Add(change, detail: null, dropped);
        return draft.ToBatch(BatchId.New(time), message.MessageId);
    }

    /// <summary>Who entered or left what; not when.</summary>
    private static byte[] ContentOf(CohortMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{message.CohortId}\n{message.InCohort}\n"));
        hash.AppendData(message.Users.Encoded);
        return hash.GetHashAndReset();
    }
}
