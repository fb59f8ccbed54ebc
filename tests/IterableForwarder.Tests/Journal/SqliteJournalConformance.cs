using IterableForwarder.Journal.Sqlite.MemberIndex;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public sealed class SqliteJournalConformance : JournalConformance
{
    private protected override IJournalEngine Create() => new SqliteEngine(Clock);

    private protected override async Task IndexAsync()
    {
        var index = Journal.Services.GetRequiredService<SqliteMemberIndex>();
        while (index.ReadOn()) await index.WriteSegmentAsync();
        await index.WriteSegmentAsync();
    }
}
