using System.Text.Json.Nodes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// A short day, again and again: each time another operation of the store fails, for every number there is. Whatever fails, the senders repeat what
/// was not answered with 202, nobody is lost or wrong at the end, and nothing stands still.
/// </summary>
public sealed class G1_G2_G4_Every_failing_operation
{
    private readonly FaultPlan _plan = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_operation_fails_the_list_and_the_account_are_right(bool isAfter)
    {
        await using var pipeline = await Pipeline.StartAsync(
            customize: builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(new FastClock(50));
                builder.Host.UseServiceProviderFactory(new Decorated(_plan));
            });
        var failed = new SortedSet<string>(StringComparer.Ordinal);
        var number = 1;
        // a day has ended before its turn came: all numbers were tried
        for (var isReached = true; isReached; number++)
        {
            var day = await Day.BeginAsync(pipeline, number);
            _plan.Arm(number, isAfter);
            try
            {
                await day.RunAsync();
            }
            finally
            {
                isReached = _plan.Failed is not null;
                _plan.Disarm();
            }
            if (_plan.Failed is { } operation) failed.Add(operation);
            await day.CheckAsync($"operation {number} ({_plan.Failed}) failed {(isAfter ? "after" : "before")} it was done");
        }

        Assert.Subset(failed, new HashSet<string> { nameof(IEntryStore.AcceptAsync), nameof(IEntryStore.SettleAsync), nameof(IEntryStore.ReadPendingAsync) });
        Assert.InRange(number, 10, 300);
    }

    /// <summary>Puts the faulty stores around those of the service, once all are registered.</summary>
    private sealed class Decorated(FaultPlan plan) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder)
        {
            Decorate<IEntryStore>(containerBuilder);
            Decorate<ISettingsStore>(containerBuilder);
            return containerBuilder.BuildServiceProvider();
        }

        private void Decorate<T>(IServiceCollection services)
            where T : class
        {
            var own = services.Last(s => s.ServiceType == typeof(T));
            services.AddSingleton(p => FaultyStore<T>.Around((T)ActivatorUtilities.CreateInstance(p, own.ImplementationType!), plan));
        }
    }

    /// <summary>One connection: two batches under keys of idempotency, a pause between them, a member who enters and leaves, one who only enters.</summary>
    private sealed class Day(Pipeline pipeline, string connection, long list, int number)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly List<string> _batches = [];

        public static async Task<Day> BeginAsync(Pipeline pipeline, int number)
        {
            var (connection, list) = await pipeline.ConnectAsync();
            return new(pipeline, connection, list, number);
        }

        public async Task RunAsync()
        {
            await AcceptAsync("morning", Wire.Add("stays@x.com"), Wire.Add("leaves@x.com"));
            await SwitchAsync("pause");
            await AcceptAsync("noon", Wire.Remove("leaves@x.com"), Wire.Add("comes@x.com"));
            await SwitchAsync("resume");
            foreach (var batch in _batches) await pipeline.CompletedAsync(batch);
        }

        public async Task CheckAsync(string what)
        {
            Assert.True(pipeline.EmailsOn(list) is ["comes@x.com", "stays@x.com"], $"{string.Join(", ", pipeline.EmailsOn(list))} are on the list after {what}");
            // each member is delivered at least once, or was superseded: the sums of both batches say so
            var counts = new List<JsonNode>();
            foreach (var batch in _batches) counts.Add((await pipeline.BatchAsync(batch))["counts"]!);
            long Sum(string name) => counts.Sum(c => (long)c[name]!);
            Assert.True((Sum("received"), Sum("delivered") + Sum("superseded"), Sum("pending")) == (4, 4, 0), $"{string.Join(", ", counts)} after {what}");
            var status = (await pipeline.ConnectionAsync(connection, _ => true))["status"]!;
            Assert.True(((long)status["delivered"]! + (long)status["superseded"]!, (long)status["pending"]!) == (4, 0), $"{status} after {what}");
        }

        /// <summary>As a sender does: the same request again, under its key, until it is accepted.</summary>
        private async Task AcceptAsync(string key, params string[] changes)
        {
            var accepted = await RepeatAsync(async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/connections/{connection}/members")
                {
                    Content = ForwarderFixture.Json($$"""{"changes":[{{string.Join(',', changes)}}]}"""),
                    Headers = { { "Authorization", $"Bearer {TestService.OperatorKey}" }, { "Idempotency-Key", $"{key} of {number}" } },
                };
                using var response = await pipeline.Service.Http.SendAsync(request);
                return await ServiceResponse.OfAsync(response);
            });
            _batches.Add((string)accepted.Json["batchId"]!);
        }

        private Task<ServiceResponse> SwitchAsync(string operation) => RepeatAsync(() => pipeline.Service.PostAsync($"/api/v1/connections/{connection}/{operation}"));

        /// <summary>503 says that nothing was done, or that it is not known: every request here may be sent twice.</summary>
        private static async Task<ServiceResponse> RepeatAsync(Func<Task<ServiceResponse>> send)
        {
            var response = await Eventually.GetAsync(send, r => r.Status != 503, Patience);
            Assert.True(response.Status is 200 or 202, response.ToString());
            return response;
        }
    }
}
