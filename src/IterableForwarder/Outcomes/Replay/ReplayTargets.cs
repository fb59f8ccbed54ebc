using IterableForwarder.Changes;
using IterableForwarder.Ingress;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>
/// Where the changes of a replay go: to the feed that kept them; but those that were kept because their audience could have no connection go to the
/// connection of that audience, which is created if there is room for it by now.
/// </summary>
/// <param name="feed">What is replayed.</param>
/// <param name="audiences">Creates connections.</param>
/// <param name="time">The time of the replay.</param>
internal sealed class ReplayTargets(IFeed feed, NewAudiences audiences, TimeProvider time)
{
    /// <summary>What a connection may be named.</summary>
    private const int MaxNameCharacters = 200;

    /// <summary>By audience; null where there is no room.</summary>
    private readonly Dictionary<string, Connection?> _connections = new(StringComparer.Ordinal);

    /// <summary>Finds or creates the connections that the changes of an entry need.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task PrepareAsync(UndeliveredEntry entry, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, Connection>(StringComparer.Ordinal);
        foreach (var (change, origin, why) in entry.Changes)
        {
            if (AudienceOf(why) is not { } audience || _connections.ContainsKey(audience) || missing.ContainsKey(audience)) continue;
            if (audiences.TryFind(feed.ProjectId, entry.Source, audience, out var known)) _connections[audience] = known;
            else missing[audience] = NewConnection(audience, entry, KeptList.Of(change.Attributes), origin.Time);
        }
        var wanted = missing.Values.ToList();
        foreach (var (connection, added) in wanted.Zip(await audiences.GetOrAddAsync(wanted, cancellationToken))) _connections[connection.AudienceId!] = added;
    }

    /// <summary>Null where there is no room for the audience: its change stays as it is.</summary>
    public IFeed? TargetOf(Undelivered why) => AudienceOf(why) is { } audience ? _connections[audience] : feed;

    /// <summary>The audience of a change that was kept because the audience could have no connection; null for any other.</summary>
    public static string? AudienceOf(Undelivered why) => why.Reason == Reasons.TooManyAudiences ? why.Detail : null;

    /// <summary>As its message would have created it. What newer messages say of it, it follows.</summary>
    private Connection NewConnection(string audience, UndeliveredEntry entry, KeptList list, long at)
    {
        var listName = list.ListId is null ? list.ListName ?? entry.Rule.ListName : null;
        return new()
        {
            Id = FeedId.New(time),
            ProjectId = feed.ProjectId,
            Name = JsonValues.Cut(listName ?? audience, MaxNameCharacters),
            Source = entry.Source,
            AudienceId = audience,
            ListId = list.ListId,
            ListName = listName,
            FollowsSource = true,
            SourceTime = at,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
        };
    }
}
