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
    /// <summary>How often a connection is looked for that an operator deletes meanwhile: more than once takes some doing.</summary>
    private const int MostAttempts = 3;

    /// <summary>A message whose id was accepted before does nothing more, and gets its first answer.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<CohortAccepted> AcceptAsync(Project project, CohortMessage message, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = await audiences.FindOrMakeAsync(project, message, receivedAt, cancellationToken);
            var batch = BatchOf(project, connection, message, receivedAt);
            try
            {
                var acceptance = await journal.AcceptAsync([batch], GuardOf(project, message));
                if (acceptance.Kind == AcceptanceKind.Accepted) log.Accepted(batch);
                return CohortAccepted.Of(acceptance);
            }
            catch (ConnectionGoneException) when (attempt < MostAttempts)
            {
                // the next one is made anew
            }
        }
    }

    /// <summary>
    /// All users count as having changed when the cohort was computed: a message of an earlier computation that was held up does not
    /// undo a later one, and those of one computation count in the order of their arrival.
    /// </summary>
    private NewBatch BatchOf(Project project, Connection connection, CohortMessage message, DateTimeOffset receivedAt)
    {
        var draft = new BatchDraft(connection, CohortConnections.RuleFor(connection, project), receivedAt);
        var action = message.InCohort == true ? ChangeAction.Add : ChangeAction.Remove;
        foreach (var change in message.Users.All(action, message.ComputedTime, withAttributes: connection.Attributes.Count > 0)) draft.Add(change, detail: null);
        return draft.ToBatch(BatchId.New(time), message.MessageId);
    }

    /// <summary>Another source of the project may use the same ids for other messages.</summary>
    private static RepeatGuard? GuardOf(Project project, CohortMessage message) =>
        message.MessageId is { } id ? new(project.Id.Value, SHA256.HashData(Encoding.UTF8.GetBytes("amplitude:" + id)), BodyHash: null) : null;
}
