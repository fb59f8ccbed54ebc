using IterableForwarder.Changes;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The settings in SQLite.</summary>
internal sealed class SqliteSettingsStore(SqliteReaders readers, SqliteWriter writer, PendingCounts counts) : ISettingsStore
{
    public Task<IReadOnlyList<StoredProject>> ReadProjectsAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteSettingsRows.ReadProjects(session.Connection), cancellationToken);

    public IAsyncEnumerable<Connection> ReadConnectionsAsync(CancellationToken cancellationToken) =>
        readers.Questions.WalkAsync(session => SqliteSettingsRows.ReadConnections(session.Connection), _ => 0, cancellationToken);

    public IAsyncEnumerable<StreamFeed> ReadStreamFeedsAsync(CancellationToken cancellationToken) =>
        readers.Questions.WalkAsync(session => SqliteStreamRows.ReadFeeds(session.Connection), _ => 0, cancellationToken);

    public Task<IReadOnlyList<AccessKey>> ReadKeysAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteKeyRows.Read(session.Connection), cancellationToken);

    public Task InsertAsync(StoredProject project) => writer.WriteAsync(session => SqliteSettingsRows.Insert(session, project));

    public Task UpdateAsync(StoredProject project, IReadOnlyList<HoldChange> holds) => writer.WriteAsync(session =>
    {
        SqliteHolds.Record(session, holds);
        return SqliteSettingsRows.Update(session, project);
    });

    public Task<bool> TryDeleteAsync(ProjectId id) => writer.WriteAsync(session => SqliteSettingsRows.TryDelete(session, id));

    public Task<bool> TryInsertAsync(IReadOnlyList<Connection> connections) =>
        writer.WriteAsync(session => connections.All(connection => SqliteSettingsRows.TryInsert(session, connection)));

    public Task UpdateAsync(IFeed feed, IReadOnlyList<HoldChange> holds) => writer.WriteAsync(session =>
    {
        SqliteHolds.Record(session, holds);
        return SqliteSettingsRows.Update(session, feed);
    });

    public Task<bool> TryDeleteAsync(FeedId id) => writer.WriteAsync(session => SqliteSettingsRows.TryDelete(session, id));

    public Task<IReadOnlyList<FeedId>> ReadLeftOversAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteSettingsRows.ReadLeftOvers(session.Connection), cancellationToken);

    public async Task ClearHistoryAsync(FeedId id)
    {
        while (await writer.WriteAsync(session => SqliteSettingsRows.ClearSomeHistory(session, id), freed => counts.Free(freed ?? [])) is null)
        {
        }
    }

    public Task<bool> TryInsertAsync(EventStream stream, IReadOnlyList<StreamFeed> feeds) =>
        writer.WriteAsync(session => SqliteStreamRows.TryInsert(session, stream, feeds));

    public Task UpdateAsync(EventStream stream) => writer.WriteAsync(session => SqliteStreamRows.Update(session, stream));

    public Task<bool> TryDeleteAsync(EventStream stream) => writer.WriteAsync(session => SqliteStreamRows.TryDelete(session, stream));

    public Task InsertAsync(AccessKey key) => writer.WriteAsync(session => SqliteKeyRows.Insert(session, key));

    public Task<bool> TryDeleteKeyAsync(Guid id) => writer.WriteAsync(session => SqliteKeyRows.TryDelete(session, id));

    public Task<IReadOnlyDictionary<(Guid Thing, HoldKind Kind, long? ListId), string>> ReadLastingHoldsAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteHolds.ReadLasting(session.Connection), cancellationToken);

    public Task<IReadOnlyList<PastHold>> ReadPastHoldsAsync(HoldFilter filter, long before, int limit, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteHolds.Read(session.Connection, filter, before, limit), cancellationToken);

    public Task RecordAsync(IReadOnlyList<HoldChange> holds) => writer.WriteAsync(session =>
    {
        SqliteHolds.Record(session, holds);
        return holds.Count;
    });
}
