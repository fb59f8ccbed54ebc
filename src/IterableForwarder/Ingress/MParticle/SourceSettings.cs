using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What projects and connections take over from the newest message. Pure.</summary>
internal static class SourceSettings
{
    /// <summary>For the operator, where the audience's list cannot be used.</summary>
    private const string BadListId = "badListId: the audience's setting \"List ID\" in mParticle is empty or not the id of a list; its members are recorded as dropped until it is set";

    /// <summary>Accounts remembered of a project: it has one, or few.</summary>
    private const int MaxAccounts = 20;

    public static IReadOnlyList<string> WarningsOf(ListSetting list) => list.ListId is null ? [BadListId] : [];

    /// <summary>The same record where there is nothing new. A list that cannot be used does not take away the one that is shown.</summary>
    public static Connection Follow(Connection connection, GatheredAudience audience, long at)
    {
        if (!connection.FollowsSource || at < connection.SourceTime) return connection;
        var listId = audience.List.ListId ?? connection.ListId;
        var isOther = listId != connection.ListId;
        var name = audience.Name ?? connection.Name;
        var warnings = WarningsOf(audience.List);
        if (!isOther && name == connection.Name && warnings.SequenceEqual(connection.Warnings)) return connection;
        return connection with { Name = name, ListId = listId, ListName = isOther ? null : connection.ListName, Warnings = warnings, SourceTime = at };
    }

    /// <summary>The same record where there is nothing new. Who sends is remembered also of a project that an operator created.</summary>
    public static Project Follow(Project project, Account account, long at, bool isNewest)
    {
        var source = project.Source ?? new();
        var followed = project;
        if (account.Id is { } id && !source.Accounts.Contains(id) && source.Accounts.Count < MaxAccounts)
            followed = project with { Source = source = source with { Accounts = [.. source.Accounts, id] } };
        var isNew = source.FollowsSource && isNewest && !(at < source.SettingsTime);
        return isNew && account.UserId is { } rule && rule != project.UserId
            ? followed with { UserId = rule, Source = source with { SettingsTime = at } }
            : followed;
    }
}
