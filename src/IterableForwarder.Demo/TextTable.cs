namespace IterableForwarder.Demo;

/// <summary>A table of text whose columns are as wide as they have to be.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] row) => _rows.Add(row);

    public void Write(TextWriter output)
    {
        int[] widths = [.. header.Select((name, column) => _rows.Select(row => row[column].Length).Append(name.Length).Max())];
        WriteRow(output, header, widths);
        WriteRow(output, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in _rows) WriteRow(output, row, widths);
        output.WriteLine();
    }

    private static void WriteRow(TextWriter output, string[] row, int[] widths) =>
        output.WriteLine($"  {string.Join("  ", row.Select((text, column) => text.PadRight(widths[column])))}".TrimEnd());
}
