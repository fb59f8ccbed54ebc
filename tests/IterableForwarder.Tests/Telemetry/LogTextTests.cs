using IterableForwarder.Hosting;
using Serilog.Events;
using Serilog.Parsing;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>What a sender chose cannot pass for a line of the log, and cannot steer a terminal.</summary>
public sealed class LogTextTests
{
    private static readonly MessageTemplate Template = new MessageTemplateParser().Parse("Account {Account} came");

    public static TheoryData<char> Controls => [.. Enumerable.Range(0, 0xA0).Select(i => (char)i).Where(char.IsControl), '\u2028', '\u2029'];

    [Theory]
    [MemberData(nameof(Controls))]
    public void No_control_character_of_a_value_gets_into_the_text(char control)
    {
        var lines = Write($"4711{control}[00:00:00 INF] forged", new InvalidOperationException($"4711{control}[00:00:00 INF] forged"))
            .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.DoesNotContain(lines, line => line.Contains(control, StringComparison.Ordinal));
        Assert.Equal($"[10:20:30 WRN] Account 4711\\u{(int)control:x4}[00:00:00 INF] forged came", lines[0]);
        // an exception keeps its lines: set in, none of them begins like an event
        Assert.All(lines.Skip(1), line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_has_its_time_level_text_and_exception()
    {
        var line = Write("4711", new InvalidOperationException("broken"));

        Assert.StartsWith("[10:20:30 WRN] Account 4711 came", line, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: broken", line, StringComparison.Ordinal);
        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
    }

    private static string Write(string account, Exception? error)
    {
        var at = new DateTimeOffset(2026, 1, 2, 10, 20, 30, TimeSpan.Zero);
        var line = new StringWriter();
        LogText.Formatter.Format(new LogEvent(at, LogEventLevel.Warning, error, Template, [new LogEventProperty("Account", new ScalarValue(account))]), line);
        return line.ToString();
    }
}
