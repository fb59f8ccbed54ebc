using System.Diagnostics;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// A short day, again and again: each time another operation of the store fails, for every number there is. Whatever fails, the senders repeat what
/// was not answered with 202, nobody is lost or wrong at the end, and nothing stands still.
/// </summary>
public sealed class G1_G2_G4_Every_failing_operation(ITestOutputHelper output)
{
    /// <summary>No day has so many operations; on a machine that has much else to do, it asks again and again whether all is delivered.</summary>
    private const int MaxOperations = 300;

    /// <summary>What every day asks of the store.</summary>
    private static readonly string[] OfEveryDay =
        [nameof(IEntryStore.AcceptAsync), nameof(IEntryStore.SettleAsync), nameof(IEntryStore.ReadPendingAsync), nameof(IOutcomeStore.FindAsync)];

    private readonly FaultPlan _plan = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_operation_fails_the_list_and_the_account_are_right(bool isAfter)
    {
        await using var pipeline = await StartAsync();

        var points = await FailEachAsync(pipeline, FaultyScript.OfEveryDay, isAfter, []);
        Assert.InRange(points, 10, MaxOperations - 1);

        // operations at the same time come in another order on each day, so that one of a kind may never have had the number that fails
        foreach (var operation in OfEveryDay) Assert.Equal(operation, await FailAsync(pipeline, FaultyScript.OfEveryDay, 1, isAfter, operation));
    }

    /// <summary>Days of other kinds, by seed; FAULT_POINTS says how many operations fail in all, and FAULT_SEED where to begin.</summary>
    [Fact]
    [Trait("Category", "Nightly")]
    public async Task Whichever_operation_fails_on_whatever_day_the_list_and_the_account_are_right()
    {
        var wanted = Given.Number("FAULT_POINTS") ?? 10_000;
        var (first, points) = (Given.Number("FAULT_SEED") ?? 1, 0);
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        var took = Stopwatch.StartNew();
        var seed = first;
        for (; points < wanted; seed++)
        {
            // each day with a store of its own: what a day leaves takes part in the next
            await using var pipeline = await StartAsync();
            points += await FailEachAsync(pipeline, FaultyScript.Of(seed), isAfter: seed % 2 == 0, failed);
        }
        output.WriteLine($"{points} operations of {seed - first} days failed, {string.Join(", ", failed)}, in {took.Elapsed}");
    }

    private Task<Pipeline> StartAsync() => Pipeline.StartAsync(
        customize: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(new FastClock(50));
            builder.Host.UseServiceProviderFactory(new Decorated(_plan));
        });

    /// <summary>How many operations failed, one on each day, until a day has ended before its turn came.</summary>
    private async Task<int> FailEachAsync(Pipeline pipeline, FaultyScript script, bool isAfter, SortedSet<string> failed)
    {
        var number = 1;
        for (; number <= MaxOperations; number++)
        {
            if (await FailAsync(pipeline, script, number, isAfter) is not { } operation) break;
            failed.Add(operation);
        }
        return number - 1;
    }

    /// <summary>A day on which the operation with this number fails, of all or of those of one name. Returns its name; null where the day had not so many.</summary>
    private async Task<string?> FailAsync(Pipeline pipeline, FaultyScript script, int number, bool isAfter, string? only = null)
    {
        var day = await FaultyDay.BeginAsync(pipeline, $"{only} {number}");
        _plan.Arm(number, isAfter, only);
        try
        {
            await day.RunAsync(script);
        }
        finally
        {
            _plan.Disarm();
        }
        await day.CheckAsync($"operation {number} ({_plan.Failed}) of {script.Name} failed {(isAfter ? "after" : "before")} it was done");
        return _plan.Failed;
    }

    /// <summary>Puts the faulty stores around those of the service, once all are registered.</summary>
    private sealed class Decorated(FaultPlan plan) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder)
        {
            Decorate<IEntryStore>(containerBuilder);
            Decorate<ISettingsStore>(containerBuilder);
            Decorate<IOutcomeStore>(containerBuilder);
            return containerBuilder.BuildServiceProvider();
        }

        private void Decorate<T>(IServiceCollection services)
            where T : class
        {
            var own = services.Last(s => s.ServiceType == typeof(T));
            services.AddSingleton(p => FaultyStore<T>.Around((T)ActivatorUtilities.CreateInstance(p, own.ImplementationType!), plan));
        }
    }
}
