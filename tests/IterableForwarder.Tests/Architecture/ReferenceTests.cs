using System.Text.RegularExpressions;

namespace IterableForwarder.Tests.Architecture;

/// <summary>A stage knows the one before it by the values it is handed: the folders of the service refer to one another in one direction.</summary>
public sealed class ReferenceTests
{
    /// <summary>
    /// The whole plan. After a colon stand the only names that may be used of that folder: types, or a namespace within it.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Changes"] = [],
        ["Mapping"] = ["Changes"],
        ["Planning"] = ["Changes", "Mapping"],
        ["Journal"] = ["Changes", "Mapping", "Telemetry"],
        ["Delivery"] = ["Changes", "Mapping", "Planning", "Journal", "Telemetry"],
        ["Ingress"] = ["Changes", "Mapping", "Planning", "Journal", "Delivery:IProjectBudgets,ILists,ListFault,Calls", "Security", "Telemetry", "Administration:Documentation"],
        ["Outcomes"] = ["Changes", "Mapping", "Journal", "Security", "Telemetry", "Administration"],
        ["Administration"] = ["Changes", "Mapping", "Journal", "Delivery:IProjectBudgets,IProjectBudgetsExtensions,ILists,ListFault,ResolvedList,CallResultExtensions", "Security", "Telemetry"],
        ["Security"] = ["Changes", "Journal", "Telemetry"],
        ["Telemetry"] = ["Changes", "Journal", "Security:Policies"],
    };

    [Fact]
    public void Folders_refer_to_one_another_in_one_direction_only()
    {
        var forbidden = SourceTree.Files("src", "IterableForwarder").SelectMany(ForbiddenIn).ToArray();

        Assert.True(forbidden.Length == 0, string.Join(Environment.NewLine, forbidden));
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_plan()
    {
        var folders = SourceTree.Files("src", "IterableForwarder").Select(FolderOf).OfType<string>().Distinct().Order();

        Assert.Equal(Allowed.Keys.Order(), folders);
    }

    [Fact]
    public void What_is_pure_touches_neither_store_nor_network_nor_clock()
    {
        var impure = new Regex(@"\b(Microsoft\.Data|Dapper|System\.Net|System\.IO;|HttpClient|TimeProvider|ILogger|async|Task)\b");
        var found = new[] { "Mapping", "Planning" }
            .SelectMany(folder => SourceTree.Files("src", "IterableForwarder", folder))
            .Where(file => impure.IsMatch(CodeOf(file)))
            .Select(SourceTree.Shown);

        Assert.Empty(found);
    }

    [Fact]
    public void Only_the_engine_knows_its_database()
    {
        var engine = Path.Combine("src", "IterableForwarder", "Journal", "Sqlite");
        var choice = Path.Combine("src", "IterableForwarder", "Journal", "JournalComposition.cs");
        var found = SourceTree.Files("src", "IterableForwarder")
            .Where(file => !file.Contains(engine, StringComparison.Ordinal) && !file.EndsWith(choice, StringComparison.Ordinal) && NamesAnEngine(file))
            .Select(SourceTree.Shown);

        Assert.Empty(found);
    }

    [Fact]
    public void No_test_above_the_journal_names_an_engine()
    {
        var journal = Path.Combine("IterableForwarder.Tests", "Journal") + Path.DirectorySeparatorChar;
        var found = SourceTree.Files("tests", "IterableForwarder.Tests")
            .Where(file => !file.Contains(journal, StringComparison.Ordinal) && NamesAnEngine(file))
            .Select(SourceTree.Shown);

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("Iterable.Client")]
    [InlineData("Iterable.Sandbox")]
    public void The_client_and_the_sandbox_know_nothing_of_the_service(string project) =>
        Assert.DoesNotContain(SourceTree.Files("src", project), file => CodeOf(file).Contains("IterableForwarder", StringComparison.Ordinal) && !FriendsOnly(file));

    private static IEnumerable<string> ForbiddenIn(string file)
    {
        if (FolderOf(file) is not { } folder) yield break;
        var code = CodeOf(file);
        foreach (var used in Regex.Matches(code, @"\bIterableForwarder\.(\w+)(?:\.(\w+))?").Select(m => (Folder: m.Groups[1].Value, Within: m.Groups[2].Value)).Distinct())
        {
            if (used.Folder == folder || !Allowed.ContainsKey(used.Folder)) continue;
            var rule = Allowed[folder].FirstOrDefault(r => r.Split(':')[0] == used.Folder);
            if (rule is null) yield return $"{SourceTree.Shown(file)}: {folder} must not know {used.Folder}";
            else if (rule.Split(':') is [_, var names] && !names.Split(',').Contains(used.Within))
            {
                foreach (var name in NamesUsed(code, used.Folder).Except(names.Split(','))) yield return $"{SourceTree.Shown(file)}: {folder} must not know {used.Folder}.{name}";
            }
        }
    }

    /// <summary>The types of a folder, its inner namespaces apart, that a file names.</summary>
    private static IEnumerable<string> NamesUsed(string code, string folder) => typeof(ForwarderHost).Assembly.GetTypes()
        .Where(t => t.Namespace == $"IterableForwarder.{folder}" && !t.IsNested)
        .Select(t => t.Name.Split('`')[0])
        .Where(name => Regex.IsMatch(code, $@"(?<![.\w]){name}\b"));

    private static bool NamesAnEngine(string file) => Regex.IsMatch(CodeOf(file), @"\b(Sqlite\w*|SQLitePCL|Dapper)\b");

    private static bool FriendsOnly(string file) => file.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal);

    private static string? FolderOf(string file) =>
        SourceTree.Shown(file).Split('/') is ["src", "IterableForwarder", var folder, _, ..] ? folder : null;

    /// <summary>Without comments and texts, which may name anything.</summary>
    private static string CodeOf(string file) => Regex.Replace(File.ReadAllText(file), "//[^\n]*|\"[^\"\n]*\"", "");
}
