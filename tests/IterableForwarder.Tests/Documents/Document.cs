using System.Text.RegularExpressions;
using IterableForwarder.Tests.Architecture;

namespace IterableForwarder.Tests.Documents;

/// <summary>A section of one of our documents: its tables and its examples of JSON.</summary>
internal sealed partial class Document
{
    private readonly string[] _lines;

    private Document(string[] lines) => _lines = lines;

    /// <param name="file">Relative to the root of the repository.</param>
    /// <param name="heading">Of the section, which ends with the next heading of the same level.</param>
    public static Document Section(string file, string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(SourceTree.Root, file)).SkipWhile(line => line != $"## {heading}").Skip(1);
        var section = lines.TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        Assert.True(section.Length > 0, $"{file} has no section {heading}.");
        return new Document(section);
    }

    /// <summary>The cells of the rows of a table, which is found by the first cell of its head.</summary>
    public IReadOnlyList<string[]> Table(string head)
    {
        var rows = _lines.SkipWhile(line => !line.StartsWith($"| {head} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
        string[][] cells = [.. rows.Select(row => row.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
        Assert.NotEmpty(cells);
        return cells;
    }

    /// <summary>The blocks of JSON, in their order.</summary>
    public IReadOnlyList<string> Json()
    {
        var blocks = JsonBlock().Matches(string.Join('\n', _lines)).Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(blocks);
        return blocks;
    }

    /// <summary>What a cell has in code.</summary>
    public static string[] CodeIn(string cell) => [.. Code().Matches(cell).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
