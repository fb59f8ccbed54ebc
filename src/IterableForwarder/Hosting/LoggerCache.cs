using System.Collections.Concurrent;

namespace IterableForwarder.Hosting;

/// <summary>
/// Gives each category the same logger again. ASP.NET Core asks for one with each request, to write the answer, and Serilog makes a new one
/// each time.
/// </summary>
/// <param name="factory">Makes them; goes with this.</param>
internal sealed class LoggerCache(ILoggerFactory factory) : ILoggerFactory
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, factory.CreateLogger);

    /// <summary>Only before the first logger of a category is made.</summary>
    public void AddProvider(ILoggerProvider provider) => factory.AddProvider(provider);

    public void Dispose() => factory.Dispose();
}
