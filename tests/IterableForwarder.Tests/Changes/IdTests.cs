using IterableForwarder.Changes;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Changes;

public sealed class IdTests
{
    [Fact]
    public void An_id_reads_its_own_text()
    {
        var id = BatchId.New(new FakeTimeProvider());

        Assert.True(BatchId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.Matches("^[0-9a-f]{32}$", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("0194fd70-6c00-7000-8000-000000000001")]
    public void What_is_not_an_id_is_refused(string? text)
    {
        Assert.False(BatchId.TryParse(text, out _));
        Assert.False(FeedId.TryParse(text, out _));
        Assert.False(ProjectId.TryParse(text, out _));
    }

    [Fact]
    public void Later_ids_sort_behind_earlier_ones()
    {
        var time = new FakeTimeProvider();
        var first = FeedId.New(time).ToString();
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(string.CompareOrdinal(first, FeedId.New(time).ToString()) < 0);
    }
}
