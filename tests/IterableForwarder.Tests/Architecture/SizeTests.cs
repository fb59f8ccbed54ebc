using System.Text.RegularExpressions;

namespace IterableForwarder.Tests.Architecture;

public sealed class SizeTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 80;

    [Fact]
    public void No_file_is_too_long_to_read_in_one_go()
    {
        var found = SourceTree.Files("src").Concat(SourceTree.Files("tests"))
            .Select(f => (File: SourceTree.Shown(f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > MaxFileLines);

        Assert.Empty(found);
    }

    [Fact]
    public void No_method_is_too_long_to_see_at_once()
    {
        var found = SourceTree.Files("src").SelectMany(f => BlocksOf(File.ReadAllLines(f)).Where(b => b.Lines > MaxMethodLines).Select(b => $"{SourceTree.Shown(f)}:{b.Start} {b.Lines} lines"));

        Assert.Empty(found);
    }

    [Fact]
    public void A_long_block_would_be_found()
    {
        string[] body = [.. Enumerable.Repeat("        x();", 90)];

        Assert.Equal(92, Assert.Single(BlocksOf(["class A", "{", "    void B()", "    {", .. body, "    }", "}"])).Lines);
    }

    /// <summary>Blocks behind a parenthesis, from brace to brace of the same indentation: methods, and the loops and branches within them.</summary>
    private static IEnumerable<(int Start, int Lines)> BlocksOf(string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "{" || !lines[i - 1].TrimEnd().EndsWith(')')) continue;
            var indented = lines[i].TrimEnd()[..^1] + "}";
            var end = Array.FindIndex(lines, i, line => line.StartsWith(indented, StringComparison.Ordinal));
            if (end > i && !IsType(lines, i)) yield return (i + 1, end - i + 1);
        }
    }

    private static bool IsType(string[] lines, int brace)
    {
        var signature = lines.Take(brace).Reverse().TakeWhile(line => line.Trim() is not ("" or "{" or "}") && !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
        return signature.Any(line => Regex.IsMatch(line, @"\b(class|struct|record|interface)\s+\w+"));
    }
}
