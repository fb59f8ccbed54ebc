using System.Buffers.Binary;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

public sealed class InFlightCallsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 15, 10, 0, 0, TimeSpan.Zero));
    private readonly FeedId _connection = new(Guid.NewGuid());
    private InFlightCallsFile? _file;

    [Fact]
    public async Task Calls_in_flight_when_the_process_was_killed_may_land_until_their_deadline()
    {
        (await OpenAsync()).Begin(_connection).Attempt(Deadline);
        _time.Advance(TimeSpan.FromSeconds(10));

        var next = await OpenAsync();

        Assert.Equal(TimeSpan.FromSeconds(20), next.LeftFromBefore(_connection));
        Assert.Equal(TimeSpan.Zero, next.LeftFromBefore(new(Guid.NewGuid())));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, next.LeftFromBefore(_connection));
    }

    [Fact]
    public async Task Calls_that_were_answered_or_not_sent_or_belong_to_this_process_are_not_waited_for()
    {
        var file = await OpenAsync();
        var answered = file.Begin(_connection);
        answered.Attempt(Deadline);
        answered.Answered();
        var ended = file.Begin(_connection);
        ended.Attempt(Deadline);
        ended.End();
        file.Begin(_connection);
        Assert.Equal(TimeSpan.Zero, file.LeftFromBefore(_connection));

        Assert.Equal(TimeSpan.Zero, (await OpenAsync()).LeftFromBefore(_connection));
    }

    [Fact]
    public async Task Of_several_the_last_counts_and_a_process_that_dies_at_once_forgets_none()
    {
        var file = await OpenAsync();
        file.Begin(_connection).Attempt(Deadline);
        _time.Advance(TimeSpan.FromSeconds(5));
        file.Begin(_connection).Attempt(Deadline);
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(5));

        var third = await OpenAsync();
        third.Begin(_connection).Attempt(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(25), third.LeftFromBefore(_connection));
    }

    [Fact]
    public async Task With_the_clock_set_back_it_waits_as_long_as_a_call_may_take_and_no_longer()
    {
        (await OpenAsync()).Begin(_connection).Attempt(Deadline);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));

        Assert.Equal(Deadline, (await OpenAsync()).LeftFromBefore(_connection));
    }

    /// <summary>The file is written without a sync: after a power cut anything may be in it.</summary>
    [Fact]
    public async Task Whatever_is_in_the_file_the_service_starts_and_waits_no_longer_than_a_call_may_take()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 2000; i++)
        {
            (await OpenAsync()).Begin(_connection).Attempt(Deadline);
            _file!.Dispose();
            var path = Path.Combine(_folder.Path, "calls-under-way");
            var content = await File.ReadAllBytesAsync(path);
            // a bit of a slot of ours, or no slot of ours at all
            if (i % 2 == 0) content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
            else random.NextBytes(content = new byte[random.Next(200)]);
            await File.WriteAllBytesAsync(path, content);

            // what is not the slot that was written is no slot
            Assert.Equal(TimeSpan.Zero, (await OpenAsync()).LeftFromBefore(_connection));
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_slot_of_an_earlier_version_without_a_checksum_is_read()
    {
        var slot = new byte[32];
        _connection.Value.TryWriteBytes(slot, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(slot.AsSpan(16), _time.GetUtcNow().ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(slot.AsSpan(24), (_time.GetUtcNow() + Deadline).ToUnixTimeMilliseconds());
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "calls-under-way"), slot);

        Assert.Equal(Deadline, (await OpenAsync()).LeftFromBefore(_connection));
    }

    [Fact]
    public async Task With_the_clock_set_back_while_it_waits_it_waits_no_longer()
    {
        var clock = new SettableClock();
        (await OpenAsync(clock)).Begin(_connection).Attempt(Deadline);
        var next = await OpenAsync(clock);
        clock.SetBack(TimeSpan.FromDays(3650));

        Assert.InRange(next.LeftFromBefore(_connection), TimeSpan.FromTicks(1), Deadline);
    }

    [Fact]
    public async Task A_slot_that_is_free_is_used_again()
    {
        var file = await OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            var call = file.Begin(_connection);
            call.Attempt(Deadline);
            call.End();
        }
        file.Begin(_connection).Attempt(Deadline);

        Assert.Equal(32, new FileInfo(Path.Combine(_folder.Path, "calls-under-way")).Length);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _folder.Dispose();
    }

    /// <summary>The process before is gone, whatever it had in flight.</summary>
    private async Task<IInFlightCalls> OpenAsync(TimeProvider? clock = null)
    {
        _file?.Dispose();
        _file = new InFlightCallsFile(Options.Create(new StorageOptions { DataFolder = _folder.Path }), clock ?? _time, NullLogger<InFlightCallsFile>.Instance);
        await _file.LoadAsync(CancellationToken.None);
        return _file;
    }
}
