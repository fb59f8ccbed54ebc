using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using IterableForwarder.Ingress;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What takes long leaves the pool's threads to others.</summary>
public sealed class LongWorkTests
{
    [Fact]
    public async Task Long_work_runs_on_threads_of_its_own_and_leaves_a_core_to_others()
    {
        using var work = new LongWork();
        var (running, most) = (0, 0);

        var isOfPool = await Task.WhenAll(Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => work.RunAsync(
            () =>
            {
                var now = Interlocked.Increment(ref running);
                for (var known = most; now > known; known = most) Interlocked.CompareExchange(ref most, now, known);
                Interlocked.Decrement(ref running);
                return Task.FromResult(Thread.CurrentThread.IsThreadPoolThread);
            },
            CancellationToken.None)));

        Assert.DoesNotContain(true, isOfPool);
        Assert.InRange(most, 1, Math.Max(1, Environment.ProcessorCount - 1));
    }

    [Fact]
    public async Task Work_that_fails_gives_its_turn_back()
    {
        using var work = new LongWork();
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
            await Assert.ThrowsAsync<InvalidDataException>(() => work.RunAsync<int>(() => throw new InvalidDataException(), CancellationToken.None));

        Assert.Equal(1, await work.RunAsync(() => Task.FromResult(1), CancellationToken.None));
    }

    [Fact]
    public void A_body_that_is_there_whole_is_read_in_turns()
    {
        const int Slices = 6;
        var (turns, before) = (new Turns(), SynchronizationContext.Current);
        SynchronizationContext.SetSynchronizationContext(turns);
        try
        {
            var body = PipeReader.Create(new MemoryStream(new byte[Slices * 1000]), new(bufferSize: 1000, minimumReadSize: 1000));
            var reading = BodyLoop.ReadAsync(new(body), new SlowParser(), onFull: null, CancellationToken.None);
            turns.RunUntil(reading);
            Assert.True(reading.IsCompletedSuccessfully);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.InRange(turns.Count, Slices - 1, 2 * Slices);
    }

    /// <summary>Takes 6 ms for each slice.</summary>
    private sealed class SlowParser : IBodyParser
    {
        public ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(6);)
            {
            }
            slice = slice.Slice(slice.End);
            return isLast ? ParseProgress.Done : ParseProgress.NeedsMore;
        }
    }

    /// <summary>A pool of one thread that counts how often it gets it back.</summary>
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

        public int Count { get; private set; }

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void RunUntil(Task task)
        {
            while (!task.IsCompleted && _queue.TryDequeue(out var next))
            {
                Count++;
                next.Callback(next.State);
            }
        }
    }
}
