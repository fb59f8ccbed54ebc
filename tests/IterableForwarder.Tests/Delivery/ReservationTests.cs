using Iterable.Sandbox.Faults;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class ReservationTests
{
    [Fact]
    public async Task A_reserved_call_that_is_postponed_is_cancelled_so_that_its_connection_can_be_paused()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (first, _) = await pipeline.ConnectAsync();
        var (second, _) = await pipeline.ConnectAsync();
        CallsHeldUp inFlight = null!;
        await using var delivery = await ExchangedDelivery.CreateAsync(pipeline, tools => tools with { InFlight = inFlight = new(second, tools.InFlight) });
        await delivery.StartAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 429, RetryAfterSeconds = 3600 });

        await pipeline.PostAsync(second, Wire.Add("b@x.com"));
        await inFlight.IsReserved;
        await pipeline.PostAsync(first, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(first, c => ((string?)c["status"]!["lastError"])?.Contains("429", StringComparison.Ordinal) == true);
        inFlight.Release();
        await pipeline.ConnectionAsync(second, c => ((string?)c["status"]!["lastError"])?.Contains("not sent", StringComparison.Ordinal) == true);

        var paused = (await pipeline.Service.PostAsync($"/api/v1/connections/{second}/pause")).Expect(200);
        Assert.Equal(("paused", 1), ((string)paused["state"]!, (long)paused["status"]!["pending"]!));
        Assert.Equal(1, pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe"));
    }

    /// <summary>Holds up the calls of a connection after their reservation and before they are sent.</summary>
    private sealed class CallsHeldUp(string connection, IInFlightCalls inner) : IInFlightCalls
    {
        private readonly TaskCompletionSource _isReserved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _isReleased = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsReserved => _isReserved.Task;

        public void Release() => _isReleased.TrySetResult();

        public IInFlightCall Begin(FeedId of)
        {
            if (of.ToString() == connection)
            {
                _isReserved.TrySetResult();
                _isReleased.Task.Wait();
            }
            return inner.Begin(of);
        }

        public TimeSpan LeftFromBefore(FeedId of) => inner.LeftFromBefore(of);
    }
}
