using System.Text.RegularExpressions;
using IterableForwarder.Hosting;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Architecture;

/// <summary>
/// The folders of the service refer to one another in one direction. The graph is computed from the compiled assembly: a type's namespace is
/// its folder, and whatever a type names in its bases, attributes, generics, members, signatures and bodies is a reference.
/// </summary>
public sealed class FolderTests(ITestOutputHelper output)
{
    private const string Root = "IterableForwarder";

    /// <summary>From top to bottom: a folder refers only to folders below it.</summary>
    private static readonly string[] Layers =
    [
        "Hosting",
        "Outcomes",
        "Administration",
        "Ingress",
        "Delivery",
        "Planning",
        "Security",
        "Http",
        "Journal",
        "Mapping",
        "Changes",
        "Telemetry",
    ];

    private static readonly Lazy<(string[] Types, (string From, string To)[] References)> Assembly = new(Read);

    [Fact]
    public void A_folder_refers_only_to_folders_below_it()
    {
        var graph = FirstLevel();
        output.WriteLine(graph.ToString());
        Assert.NotEmpty(graph.Edges);
        var upward = graph.Edges.Where(e => Array.IndexOf(Layers, e.From) >= Array.IndexOf(Layers, e.To)).SelectMany(e => e.Reasons);

        Assert.True(!upward.Any(), string.Join(Environment.NewLine, upward));
    }

    [Fact]
    public void Folders_have_no_cycle()
    {
        var cycles = FirstLevel().Cycles().Select(cycle => string.Join(", ", cycle));

        Assert.Empty(cycles);
    }

    [Fact]
    public void Folders_within_a_folder_have_no_cycle()
    {
        var cycles = new List<string>();
        foreach (var folder in Layers)
        {
            var graph = new FolderGraph(Assembly.Value.References, type => PartsOf(type) is [var first, var second, ..] && first == folder ? $"{first}.{second}" : null);
            output.WriteLine(graph.ToString());
            foreach (var cycle in graph.Cycles())
            {
                cycles.Add(string.Join(", ", cycle));
                cycles.AddRange(graph.Edges.Where(e => cycle.Contains(e.From) && cycle.Contains(e.To)).SelectMany(e => e.Reasons));
            }
        }

        Assert.True(cycles.Count == 0, string.Join(Environment.NewLine, cycles));
    }

    /// <summary>The compiler writes the value of a constant in place of its name, so that only the source shows where it stands.</summary>
    [Fact]
    public void A_file_imports_only_folders_below_its_own()
    {
        var upward =
            from file in SourceTree.Files("src", Root)
            let folder = Array.IndexOf(Layers, SourceTree.Shown(file).Split('/')[2])
            where folder >= 0
            from import in Regex.Matches(File.ReadAllText(file), $@"^using (?:static |\w+ = )?{Root}\.(\w+)", RegexOptions.Multiline)
            let used = Array.IndexOf(Layers, import.Groups[1].Value)
            where used < folder
            select $"{SourceTree.Shown(file)}: {import.Value}";

        Assert.Empty(upward);
    }

    [Fact]
    public void Every_folder_is_a_layer() =>
        Assert.Equal(Layers.Order(StringComparer.Ordinal), Assembly.Value.Types.Where(IsOurs).Select(type => PartsOf(type).FirstOrDefault("")).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The folder of a file and the namespace of its types are one, so that the graph of namespaces is that of folders.</summary>
    [Fact]
    public void A_namespace_is_the_folder_of_its_file()
    {
        var source = Path.Combine(SourceTree.Root, "src", Root);
        var strays = SourceTree.Files("src", Root)
            .Where(file => Path.GetFileName(file) != "Program.cs")
            .Where(file => !File.ReadAllText(file).Contains($"namespace {Root}.{FolderOf(file)};", StringComparison.Ordinal))
            .Select(SourceTree.Shown);

        Assert.Empty(strays);

        string FolderOf(string file) => Path.GetRelativePath(source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
    }

    [Fact]
    public void A_cycle_would_be_found()
    {
        var graph = new FolderGraph([("A.X", "B.Y"), ("B.Y", "C.Z"), ("C.Z", "A.W"), ("C.Z", "D.V")], type => type.Split('.')[0]);

        Assert.Equal(["A", "B", "C"], Assert.Single(graph.Cycles()));
    }

    private static FolderGraph FirstLevel() => new(Assembly.Value.References, type => IsOurs(type) ? PartsOf(type).FirstOrDefault("") : null);

    private static bool IsOurs(string type) => type.StartsWith(Root + ".", StringComparison.Ordinal);

    /// <summary>The folders of a type below the root, from the outermost; none for a type of the root itself.</summary>
    private static string[] PartsOf(string type) => IsOurs(type) ? type.Split('.')[1..^1] : [];

    private static (string[] Types, (string From, string To)[] References) Read()
    {
        using var references = new TypeReferences(typeof(ForwarderHost).Assembly.Location);
        return ([.. references.Types.Select(t => t.FullName)], [.. references.All().Select(r => (r.From.FullName, r.To.FullName))]);
    }
}
