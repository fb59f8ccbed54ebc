using IterableForwarder.Journal.MemberIndex;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public sealed class SqliteJournalConformance : JournalConformance
{
    private protected override IJournalEngine Create() => new SqliteEngine(Clock);

    private protected override async Task IndexAsync()
    {
        var index = Journal.Services.GetRequiredService<IndexedMembers>();
        while (await index.ReadOnAsync(CancellationToken.None)) await index.WriteSegmentAsync();
        await index.WriteSegmentAsync();
    }
}
