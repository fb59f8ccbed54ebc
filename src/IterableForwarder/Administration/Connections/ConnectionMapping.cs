using IterableForwarder.Administration.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>The list a connection is to feed.</summary>
/// <param name="IsVerified">Whether Iterable has shown it.</param>
internal sealed record ChosenList(long? Id, string? Name, DateTimeOffset? CreatedAt, bool IsVerified);

/// <summary>From settings that have passed their rules to a connection.</summary>
internal static class ConnectionMapping
{
    public static Connection ToConnection(this ConnectionSettings settings, ChosenList list, TimeProvider time) =>
        settings.ApplyTo(new Connection { Id = FeedId.New(time), CreatedAt = time.GetStoredNow() }, list);

    /// <summary>An operator's word ends the following of the source.</summary>
    public static Connection ApplyTo(this ConnectionSettings settings, Connection connection, ChosenList list)
    {
        var chosen = settings.NamesListOf(connection) ? Verified(ListOf(connection), list) : list;
        var changed = connection with { ListCreatedAt = chosen.CreatedAt, ListUnverified = !chosen.IsVerified, FollowsSource = false, Warnings = [] };
        return changed.WithSettings(settings with { ListId = chosen.Id, ListName = chosen.Name });
    }

    /// <summary>The same connection, its list verified where Iterable has shown it.</summary>
    public static Connection Verify(Connection connection, ChosenList list) =>
        connection.ListUnverified && Verified(ListOf(connection), list).IsVerified ? connection with { ListUnverified = false } : connection;

    /// <summary>The list of now, whether its id is known or only its name.</summary>
    public static ChosenList ListOf(Connection connection) => new(connection.ListId, connection.ListName, connection.ListCreatedAt, !connection.ListUnverified);

    /// <summary>Whether the list is to stay.</summary>
    public static bool NamesListOf(this ConnectionSettings settings, Connection connection) =>
        (settings.ListId, settings.ListName) == (connection.ListId, connection.ListName);

    /// <summary>The settings as they are to be. A list that is named by its id or by its name alone takes the place of both.</summary>
    public static ConnectionSettings Read(SettingsChange<ConnectionSettings, ConnectionResponse> change, Connection connection)
    {
        var settings = change.ApplyTo(connection);
        // null says nothing of what cannot be changed
        if (change.IsNull("projectId")) settings = settings with { ProjectId = connection.ProjectId };
        if (change.IsNull("source")) settings = settings with { Source = connection.Source };
        if (change.Names("listId") == change.Names("listName")) return settings;
        if (change.Names("listId")) return settings.ListId is null || settings.ListId == connection.ListId ? settings : settings with { ListName = null };
        return settings.ListName is null || settings.ListName == connection.ListName ? settings : settings with { ListId = null };
    }

    private static ChosenList Verified(ChosenList kept, ChosenList asked) => kept with { IsVerified = kept.IsVerified || (asked.IsVerified && asked.Id == kept.Id) };
}
