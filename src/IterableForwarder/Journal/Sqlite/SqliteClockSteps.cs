namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// The times at which the wall clock was set back. An entry that was accepted before cannot have been received after, whatever its time of
/// receipt says. The entries themselves stay as they are: there may be millions.
/// </summary>
internal sealed class SqliteClockSteps
{
    private volatile Step[] _steps = [];

    /// <summary>When an entry was received, as far as the clock was right, in Unix milliseconds.</summary>
    /// <param name="seq">Its number.</param>
    /// <param name="receivedAt">As it is stored.</param>
    public long ReceivedAt(long seq, long receivedAt)
    {
        foreach (var step in _steps)
        {
            if (seq <= step.Seq) receivedAt = Math.Min(receivedAt, step.At);
        }
        return receivedAt;
    }

    /// <summary>Whether any of the newest entries was received later than now, by what is known of the clock.</summary>
    public bool IsBehind(SqliteSession session, DateTimeOffset now)
    {
        using var rows = session.Query("SELECT seq, received_at FROM entries ORDER BY seq DESC LIMIT 1000");
        while (rows.Read())
        {
            if (ReceivedAt(rows.GetInt64(0), rows.GetInt64(1)) > now.ToUnixTimeMilliseconds()) return true;
        }
        return false;
    }

    /// <summary>Notes that what is accepted so far was received at a time at the latest. Runs inside the writer's transaction.</summary>
    /// <returns>All steps, for <see cref="Use"/> once they are on disk.</returns>
    public static Step[] Record(SqliteSession session, DateTimeOffset at)
    {
        // what an earlier step says of entries that are gone, or that this one says as well, is not needed any more
        session.Execute("DELETE FROM clock_steps WHERE at >= $1 OR seq < (SELECT MIN(seq) FROM entries)", at.ToUnixTimeMilliseconds());
        session.Execute("INSERT INTO clock_steps (seq, at) SELECT MAX(seq), $1 FROM entries HAVING MAX(seq) IS NOT NULL", at.ToUnixTimeMilliseconds());
        return Read(session);
    }

    public static Step[] Read(SqliteSession session)
    {
        var steps = new List<Step>();
        using var rows = session.Query("SELECT seq, at FROM clock_steps");
        while (rows.Read()) steps.Add(new(rows.GetInt64(0), rows.GetInt64(1)));
        return [.. steps];
    }

    public void Use(Step[] steps) => _steps = steps;

    /// <param name="Seq">The last entry that was accepted before it.</param>
    /// <param name="At">When that was at the latest, by the clock that was set, in Unix milliseconds.</param>
    internal readonly record struct Step(long Seq, long At);
}
