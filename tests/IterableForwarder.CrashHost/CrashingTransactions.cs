using IterableForwarder.Journal;
using IterableForwarder.Journal.Sqlite;
using SQLitePCL;

namespace IterableForwarder.CrashHost;

/// <summary>
/// The steps inside the writer's transactions: triggers that live in its connection alone say when a row is written, and SQLite
/// says when it is about to commit. As a part of the journal it comes after the schema and before anything is served.
/// </summary>
internal sealed class CrashingTransactions(SqliteWriter writer, Crash crash) : IJournalPart
{
    private bool _accepts;
    private bool _settles;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        crash.Pass(Step.Load);
        await writer.WriteAsync(session =>
        {
            session.Connection.CreateFunction("pass", (string step) => Pass(step));
            session.Execute($"CREATE TEMP TRIGGER staging AFTER INSERT ON main.staged BEGIN SELECT pass('{Step.InStage}'); END");
            session.Execute($"CREATE TEMP TRIGGER accepting AFTER INSERT ON main.entries BEGIN SELECT pass('{Step.InAccept}'); END");
            session.Execute($"CREATE TEMP TRIGGER settling AFTER UPDATE ON main.entries BEGIN SELECT pass('{Step.InSettle}'); END");
            raw.sqlite3_commit_hook(session.Connection.Handle, _ => Commit(), null);
            return 0;
        });
    }

    private int Pass(string step)
    {
        _accepts |= step == Step.InAccept;
        _settles |= step == Step.InSettle;
        crash.Pass(step);
        return 0;
    }

    private int Commit()
    {
        if (_accepts) crash.Pass(Step.Accepting);
        if (_settles) crash.Pass(Step.Settling);
        (_accepts, _settles) = (false, false);
        return 0;
    }
}
