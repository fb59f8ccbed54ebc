using System.Reflection;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Changes;
using IterableForwarder.Hosting;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Logging;

namespace IterableForwarder.Tests.Documents;

/// <summary>The tables of docs/operations.md and docs/overview.md against the words of the code.</summary>
public sealed class OperationsTests
{
    [Fact]
    public void Every_reason_of_a_hold_has_its_row()
    {
        var rows = Document.Section("docs/operations.md", "Holds").Table("holdReason").SelectMany(row => Document.CodeIn(row[0]));

        Assert.Equal(Vocabularies.WordsOf(Vocabulary.HoldReasons).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_of_the_log_has_its_row_with_its_level()
    {
        var rows = Document.Section("docs/operations.md", "Logs").Table("id").SelectMany(LevelsOf).ToDictionary();

        var events = typeof(ForwarderHost).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .DistinctBy(e => e.EventId)
            .ToDictionary(e => e.EventId, e => e.Level);
        Assert.Equal(events.OrderBy(e => e.Key), rows.OrderBy(e => e.Key));
    }

    [Fact]
    public void Every_setting_that_back_pressure_names_exists()
    {
        var named = Document.Section("docs/operations.md", "Back-pressure").Table("what is full").SelectMany(row => Document.CodeIn(row[2])).Distinct().ToArray();

        Assert.All(named, name => Assert.Contains(name, Document.Section("README.md", "Settings").Table("setting").SelectMany(row => Document.CodeIn(row[0]))));
    }

    [Fact]
    public void Every_source_is_among_the_words_of_the_overview()
    {
        var row = Document.Section("docs/overview.md", "Words").Table("word").Single(row => row[0] == "source");

        Assert.Equal(SettingsWords.Sources.All, Document.CodeIn(row[1]));
    }

    /// <summary>Closed sets of the documentation have every word of the code.</summary>
    [Theory]
    [InlineData(typeof(Reasons))]
    [InlineData(typeof(HoldCause))]
    public void Every_word_of_the_code_is_in_a_closed_set(Type words)
    {
        var known = Vocabularies.WordsOf(words == typeof(Reasons) ? Vocabulary.Reasons : Vocabulary.HoldReasons);

        var all = words.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Except([HoldCause.Service]);
        Assert.Equal(all.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    /// <summary>Several ids of a row have a level each, or all the same.</summary>
    private static IEnumerable<KeyValuePair<int, LogLevel>> LevelsOf(string[] row)
    {
        var ids = row[0].Split(", ");
        var levels = row[1].Split(", ");
        return ids.Select((id, i) => KeyValuePair.Create(
            int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), Enum.Parse<LogLevel>(levels[Math.Min(i, levels.Length - 1)])));
    }
}
