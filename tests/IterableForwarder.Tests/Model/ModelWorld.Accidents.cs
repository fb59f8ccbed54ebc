using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Model;

/// <summary>What happens to the machine that the service runs on, and to its neighbours.</summary>
internal sealed partial class ModelWorld
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What is damaged is on display so soon, or is settled.</summary>
    private static readonly TimeSpan UntilShown = TimeSpan.FromSeconds(10);

    private async Task HappenAsync(Step step)
    {
        switch (step)
        {
            case Step.Damage damage:
                await DamageAsync(damage.Connection, damage.Bit);
                break;
            case Step.SetClock clock:
                SetClock(clock.Ahead);
                break;
            case Step.SecondStart:
                await StartSecondAsync();
                break;
            default:
                await FloodAsync();
                break;
        }
    }

    private async Task DamageAsync(int number, int bit)
    {
        if (_batches.FindLast(b => b.Connection == number) is not { } batch) return;
        var repair = await TestStore.FlipAsync(_service.Services, batch.Id, bit);
        if (MayFlow(number) && _connections[number].Lists.All(l => Iterable.FindList(l) is not null))
            await AssertIsShownOrSettledAsync(batch);
        Ledger.IsMovedOrDiscarded(number);
        var connection = _connections[number].Id;
        (await _service.PostAsync($"/api/v1/connections/{connection}/pending/discard", $$"""{"batchId":"{{batch.Id}}"}""")).Expect(200);
        Assert.False(await IsHeldForAsync(batch), $"batch {batch.Id} was discarded, and still holds connection {number}");
        // what is kept of it is looked at when later changes carry a time: an operator has mended the file by then
        await repair();
    }

    /// <summary>While its connection backs off from calls that fail, which is on display itself, it waits its turn.</summary>
    private async Task AssertIsShownOrSettledAsync(ModelBatch batch)
    {
        var backedOff = TimeProvider.System.GetTimestamp();
        var isSo = await Eventually.GetAsync(
            async () =>
            {
                if (await IsBackingOffAsync(batch.Connection)) backedOff = TimeProvider.System.GetTimestamp();
                return await IsShownOrSettledAsync(batch);
            },
            isSo => isSo || TimeProvider.System.GetElapsedTime(backedOff) > UntilShown,
            Patience);
        Assert.True(isSo, $"batch {batch.Id} is damaged, and neither settled nor shown within {UntilShown}");
    }

    private async Task<bool> IsBackingOffAsync(int connection) =>
        (string?)(await _service.GetAsync($"/api/v1/connections/{_connections[connection].Id}")).Expect(200)["status"]!["waitsFor"]?["reason"] == "backOff";

    private async Task<bool> IsShownOrSettledAsync(ModelBatch batch) =>
        (long)(await BatchAsync(batch))["counts"]!["pending"]! == 0 || await IsHeldForAsync(batch);

    private async Task<bool> IsHeldForAsync(ModelBatch batch)
    {
        var connection = (await _service.GetAsync($"/api/v1/connections/{_connections[batch.Connection].Id}")).Expect(200);
        return connection["holds"]!.AsArray().Any(h => (string?)h!["batchId"] == batch.Id);
    }

    private void SetClock(bool ahead)
    {
        if (ahead == _isClockAhead) return;
        _isClockAhead = ahead;
        if (ahead) _clock.SetForward(Day);
        else _clock.SetBack(Day);
    }

    private async Task StartSecondAsync()
    {
        var second = TestService.Create("Production", Settings(), builder => builder.Configuration["Storage:DataFolder"] = _folder.Path);
        await Assert.ThrowsAsync<StoreInUseException>(() => second.StartAsync());
        await second.DisposeAsync();
    }

    private async Task FloodAsync() => await (_flood ??= await FloodingTenant.StartAsync(_service, Iterable)).FloodAsync(_service);
}
