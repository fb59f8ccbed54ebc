using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace IterableForwarder.Hosting;

/// <summary>
/// The log as text, for a developer's terminal. Control characters are escaped as in JSON: what a sender chose, such as the id of an account, must
/// neither look like a line of the log nor steer the terminal.
/// </summary>
internal sealed class LogText : ITextFormatter
{
    public static readonly ITextFormatter Formatter = new LogText();

    private readonly MessageTemplateTextFormatter _line = new("[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}", CultureInfo.InvariantCulture);

    private LogText()
    {
    }

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, line);
        output.WriteLine(Escaped(line.ToString()));
        if (logEvent.Exception is null) return;
        // the lines of an exception are readable only as lines; set in, none of them looks like an event
        foreach (var more in logEvent.Exception.ToString().Split(Environment.NewLine)) output.WriteLine($"  {Escaped(more)}");
    }

    private static string Escaped(string text)
    {
        if (!text.Any(IsControl)) return text;
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (IsControl(c)) escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <summary>Also the two that some viewers take for the end of a line.</summary>
    private static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
