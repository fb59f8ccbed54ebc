using System.Diagnostics.Metrics;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Async;

namespace IterableForwarder.Hosting;

/// <summary>
/// The way of the log to the console. Whoever logs never waits: lines beyond those that the queue holds are dropped and counted, so that a
/// console that nobody reads stops neither requests, nor delivery, nor the end of the process.
/// </summary>
internal sealed class LogQueue : IAsyncLogEventSinkMonitor
{
    public const string MeterName = "IterableForwarder.Log";

    /// <summary>Some 5 MB of memory, and as many lines as the service writes in a burst.</summary>
    private const int MaxLines = 5_000;

    private IAsyncLogEventSinkInspector? _queue;

    public LogQueue(IMeterFactory meters) => meters.Create(MeterName).CreateObservableCounter(
        "forwarder.log.lines.dropped", () => _queue?.DroppedMessagesCount ?? 0, "{line}", "Lines of the log that were dropped because the console did not take them");

    /// <summary>Puts the queue in front of a sink.</summary>
    public void AddTo(LoggerConfiguration log, Action<LoggerSinkConfiguration> console) =>
        log.WriteTo.Sink(new BriefEnd(LoggerSinkConfiguration.CreateSink(to => to.Async(console, MaxLines, blockWhenFull: false, monitor: this))));

    void IAsyncLogEventSinkMonitor.StartMonitoring(IAsyncLogEventSinkInspector inspector) => _queue = inspector;

    void IAsyncLogEventSinkMonitor.StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        // the count stays readable, as the last scrape may come later
    }

    /// <summary>Gives the last lines a moment. The queue alone would wait for ever for a console that nobody reads.</summary>
    private sealed class BriefEnd(ILogEventSink queue) : ILogEventSink, IDisposable
    {
        /// <summary>With the grace of requests and of delivery it is below the 10 s after which the process is killed.</summary>
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

        public void Emit(LogEvent logEvent) => queue.Emit(logEvent);

        public void Dispose()
        {
            // a thread of its own: those of the pool may all be busy at the end, and one that hangs does not keep the process
            var flush = new Thread(() => (queue as IDisposable)?.Dispose()) { IsBackground = true, Name = "Flush of the log" };
            flush.Start();
            flush.Join(Grace);
        }
    }
}
