using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>POST /ingest/amplitude/{projectId}/cohorts: users who entered a cohort of Amplitude's, or left it.</summary>
/// <remarks>
/// A message is read even when a capacity is exceeded: its id says whether it was accepted before, and then it gets its first response. The journal has
/// the last word on room.
/// </remarks>
internal sealed class CohortsAssembly(IProjectDirectory directory, Audiences audiences, IOptions<IngestOptions> options, TimeProvider time) : IIngestAssembly<ProjectTarget, CohortMessage>
{
    /// <summary>Another source of the project may use the same ids for other messages.</summary>
    private const string Prefix = "amplitude:";

    public bool IsOfProject => true;

    public Task<OrRefusal<ProjectTarget>> FindAsync(HttpContext context) => Task.FromResult(directory.FindProject(context, time));

    public BodyFormat<CohortMessage> Open(ProjectTarget target, HttpContext context) => new CohortsFormat(ChangeLimit.OfMessage(options.Value));

    /// <summary>
    /// A message whose id was accepted before does nothing more, and gets its first response. Another message under that id is kept as dropped.
    /// </summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<Offer> AssembleAsync(ProjectTarget target, CohortMessage message, CancellationToken cancellationToken)
    {
        var (connection, refusal) = await audiences.GetOrCreateAsync(target.Project, message, target.ReceivedAt, cancellationToken);
        if (refusal is not null) return Offer.None(refusal);
        var bin = connection is null ? await audiences.GetOrAddBinAsync(target.Project, cancellationToken) : null;
        var keys = message.MessageId is { } id ? new MessageIdKeys(target.Project, Prefix + id, ContentOf(message)) : null;
        return Offer.OnceById(
            keys, dropped => [bin is null ? BatchOf(target, connection!, message, dropped) : BatchOfBin(target, bin, message)], CohortAccepted.ResponseTo);
    }

    /// <summary>
    /// All users count as having changed when the cohort was computed: a message of an earlier computation that was held up does not
    /// undo a later one, and those of one computation count in the order of their arrival.
    /// </summary>
    private NewBatch BatchOf(ProjectTarget target, Connection connection, CohortMessage message, string? dropped)
    {
        var draft = new BatchDraft(connection, CohortConnections.RuleFor(connection, target.Project), target.ReceivedAt);
        foreach (var change in UsersOf(message, connection)) draft.Add(change, detail: null, dropped);
        return draft.ToBatch(BatchId.New(time), message.MessageId);
    }

    /// <summary>The cohort may have no connection: its users are kept with all that a replay needs. The name of the list is there once for all of them.</summary>
    private NewBatch BatchOfBin(ProjectTarget target, Connection bin, CohortMessage message)
    {
        var rule = CohortConnections.RuleFor(bin, target.Project) with { ListName = message.ToCohort(target.ReceivedAt).ListName };
        var draft = new BatchDraft(bin, rule, target.ReceivedAt);
        foreach (var change in UsersOf(message, null)) draft.AddWithoutConnection(change, message.CohortId!, new KeptList());
        return draft.ToBatch(BatchId.New(time), message.MessageId);
    }

    private static IEnumerable<Change> UsersOf(CohortMessage message, Connection? connection) => message.Users.All(
        message.InCohort == true ? ChangeAction.Add : ChangeAction.Remove, message.ComputedTime, new(connection?.Identifiers), withAttributes: connection?.Attributes.Count > 0);

    /// <summary>Who entered or left what; not when.</summary>
    private static byte[] ContentOf(CohortMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{message.CohortId}\n{message.InCohort}\n"));
        hash.AppendData(message.Users.Encoded);
        return hash.GetHashAndReset();
    }
}
