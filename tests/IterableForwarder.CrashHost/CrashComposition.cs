using IterableForwarder.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace IterableForwarder.CrashHost;

/// <summary>Registration of the steps around the service, which knows nothing of them.</summary>
internal static class CrashComposition
{
    public static void AddCrashes(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection(CrashOptions.Section);
        builder.Services.AddOptions<CrashOptions>().Bind(settings);
        builder.Services.AddSingleton<Crash>();
        builder.Services.AddSingleton<Quota>();
        builder.Services.AddSingleton<IJournalPart, CrashingTransactions>();
        builder.Services.AddSingleton<IHttpMessageHandlerBuilderFilter, CrashingCalls>();
        builder.Services.AddSingleton<IStartupFilter, CrashingAnswers>();
        builder.Services.AddSingleton<TimeProvider>(p => new OffsetClock(p.GetRequiredService<IOptions<CrashOptions>>().Value.ClockOffset));
        LastWord.Say(builder, services => services.AddSingleton<IEntryJournal>(p =>
            new CrashingJournal(p.GetRequiredService<EntryJournal>(), p.GetRequiredService<Crash>(), p.GetRequiredService<Quota>())));
    }

    /// <summary>The step behind a 202 that has been sent.</summary>
    private sealed class CrashingAnswers(Crash crash) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Response.OnCompleted(() =>
                {
                    if (context.Response.StatusCode == StatusCodes.Status202Accepted) crash.Pass(Step.Answered);
                    return Task.CompletedTask;
                });
                return rest(context);
            });
            next(app);
        };
    }

    private sealed class OffsetClock(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
