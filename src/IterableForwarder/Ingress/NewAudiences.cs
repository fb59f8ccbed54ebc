using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress;

/// <summary>
/// Creates the connections of audiences that a source names for the first time: within 24 hours at most <see cref="IngestOptions.MaxNewAudiences"/> for
/// each project and source, whoever can make up names. They are counted by the connections themselves, so a restart changes nothing. The changes of
/// further audiences are kept as dropped under one connection, the bin.
/// </summary>
internal sealed class NewAudiences(IProjectDirectory directory, IOptions<IngestOptions> options, OncePerHour once, TimeProvider time, ILogger<NewAudiences> log)
{
    /// <summary>In the place of an audience's id, that of the bin. An audience that is called so is always one too many.</summary>
    private const string BinId = Reasons.TooManyAudiences;

    private const string Warning =
        $"{Reasons.TooManyAudiences}: the source named more new audiences within 24 hours than Ingest__MaxNewAudiences allows; the changes of the others are kept here as dropped. Raise the setting or wait a day, then replay this connection";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly KeyedLock<(ProjectId, Source)> _turns = new();

    /// <summary>The connection of an audience. The bin belongs to no audience.</summary>
    public bool TryFind(ProjectId project, Source source, string audienceId, [NotNullWhen(true)] out Connection? connection)
    {
        connection = null;
        return audienceId != BinId && directory.TryGetByAudience(project, source, audienceId, out connection);
    }

    /// <summary>Adds the connections of audiences of one project and source, as many as there is room for.</summary>
    /// <param name="wanted">As they are to be created, each of another audience.</param>
    /// <param name="cancellationToken">Gives up waiting for others.</param>
    /// <returns>For each the connection that is there now; null where it is one too many.</returns>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<IReadOnlyList<Connection?>> GetOrAddAsync(IReadOnlyList<Connection> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0) return [];
        var (project, source) = (wanted[0].ProjectId, wanted[0].Source);
        // nobody else creates any between the count and the commit
        using var turn = await _turns.EnterAsync((project, source), cancellationToken);
        var found = new Connection?[wanted.Count];
        var missing = new List<int>();
        var room = options.Value.MaxNewAudiences - CountNew(project, source);
        for (var i = 0; i < wanted.Count; i++)
        {
            if (TryFind(project, source, wanted[i].AudienceId!, out found[i]) || wanted[i].AudienceId == BinId) continue;
            if (wanted[i].IsBin || room-- > 0) missing.Add(i);
        }
        var added = await directory.GetOrAddAsync([.. missing.Select(i => wanted[i])], cancellationToken);
        for (var i = 0; i < added.Count; i++)
        {
            found[missing[i]] = added[i];
            if (added[i].Id == wanted[missing[i]].Id) IngressMessages.ConnectionCreated(log, added[i].Id.ToString(), project.ToString());
        }
        return found;
    }

    /// <summary>The connection that keeps the changes of audiences beyond the limit.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<Connection> GetOrAddBinAsync(ProjectId project, Source source, CancellationToken cancellationToken)
    {
        if (!directory.TryGetByAudience(project, source, BinId, out var bin))
        {
            bin = await directory.GetOrAddAsync(
                new Connection
                {
                    Id = FeedId.New(time),
                    ProjectId = project,
                    Name = $"{NameOf(source)}: audiences beyond Ingest__MaxNewAudiences",
                    Source = source,
                    AudienceId = BinId,
                    IsBin = true,
                    Warnings = [Warning],
                    CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
                },
                cancellationToken);
        }
        if (once.IsDue(BinId, bin.Id.ToString()))
            IngressMessages.TooManyAudiences(log, NameOf(source), project.ToString(), options.Value.MaxNewAudiences, bin.Id.ToString());
        return bin;
    }

    /// <summary>Why a request is refused that brings nothing but a new audience.</summary>
    public CapacityExceeded Exceeded(Source source) => new(
        CapacityKind.Audiences,
        $"{NameOf(source)} may create {options.Value.MaxNewAudiences} audiences of a project within 24 hours (Ingest:MaxNewAudiences), and has created them. Nothing was accepted. Raise the setting, wait, or create the connection with POST /api/v1/connections.");

    /// <summary>What a clock that was ahead created counts for no longer than other connections do.</summary>
    private int CountNew(ProjectId project, Source source)
    {
        var now = time.GetUtcNow();
        return directory.ConnectionsOf(project).Count(c => c.Source == source && IsOfSource(c) && !c.IsBin && (now - c.CreatedAt).Duration() < Day);
    }

    /// <summary>Also after an operator has changed it.</summary>
    private static bool IsOfSource(Connection connection) => connection.FollowsSource || connection.SourceTime is not null;

    private static string NameOf(Source source) => source switch
    {
        Source.MParticle => "mParticle",
        Source.Segment => "Segment",
        Source.Amplitude => "Amplitude",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "The source creates no connections"),
    };
}
