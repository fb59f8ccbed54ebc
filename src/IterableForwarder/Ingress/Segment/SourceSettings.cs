using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What connections take over from the newest event of their audience. Pure.</summary>
internal static class SourceSettings
{
    /// <summary>What a connection may be named.</summary>
    private const int MostNameCharacters = 200;

    /// <summary>The connection of an audience that had none. Without the id of a list it owes one of the audience's name.</summary>
    public static Connection Make(FeedId id, Project project, GatheredAudience audience, DateTimeOffset at)
    {
        var connection = new Connection
        {
            Id = id,
            ProjectId = project.Id,
            Name = JsonValues.Cut(audience.Key, MostNameCharacters),
            Source = Source.Segment,
            AudienceId = audience.Key,
            ListId = audience.ListId,
            ListName = audience.ListId is null ? audience.Key : null,
            FollowsSource = true,
            SourceTime = audience.Time,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
        };
        return audience.Settings?.ApplyTo(connection) ?? connection;
    }

    /// <summary>The same record where there is nothing new. An event that names no list leaves the one that is there.</summary>
    public static Connection Follow(Connection connection, GatheredAudience audience)
    {
        if (!connection.FollowsSource || audience.Time < connection.SourceTime) return connection;
        // the newest event may say nothing of settings, and the newest that does be older than what the connection has
        var isOld = audience.SettingsTime < connection.SourceTime;
        var followed = isOld ? connection : audience.Settings?.ApplyTo(connection) ?? connection;
        if (audience.ListId is { } list && list != connection.ListId)
            followed = followed with { ListId = list, ListName = null, ListCreatedAt = null };
        return followed == connection ? connection : followed with { SourceTime = audience.Time };
    }
}
