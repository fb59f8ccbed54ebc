using System.Text.RegularExpressions;

namespace IterableForwarder.Tests.Architecture;

/// <summary>What stands apart stays apart: the pure stages from effects, the engine from the rest, the client and the sandbox from the service.</summary>
public sealed class ReferenceTests
{
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
    public void The_client_and_the_sandbox_do_not_refer_to_the_service(string project) =>
        Assert.DoesNotContain(SourceTree.Files("src", project), file => CodeOf(file).Contains("IterableForwarder", StringComparison.Ordinal) && !FriendsOnly(file));

    private static bool NamesAnEngine(string file) => Regex.IsMatch(CodeOf(file), @"\b(Sqlite\w*|SQLitePCL|Dapper)\b");

    private static bool FriendsOnly(string file) => file.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal);

    /// <summary>Without comments and texts, which may name anything.</summary>
    private static string CodeOf(string file) => Regex.Replace(File.ReadAllText(file), "//[^\n]*|\"[^\"\n]*\"", "");
}
