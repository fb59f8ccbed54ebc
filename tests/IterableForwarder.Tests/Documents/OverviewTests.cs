using System.Reflection;
using Iterable.Client;
using IterableForwarder.Hosting;

namespace IterableForwarder.Tests.Documents;

public sealed class OverviewTests
{
    private const int MaxHops = 6;
    private const int MaxMethods = 45;

    private static readonly ILookup<string, Type> Types =
        typeof(ForwarderHost).Assembly.GetTypes().Concat(typeof(IterableClient).Assembly.GetTypes()).ToLookup(t => t.Name.Split('`')[0], StringComparer.Ordinal);

    [Fact]
    public void One_change_is_processed_in_the_steps_of_the_overview()
    {
        var hops = Document.Section("docs/overview.md", "The way of one change").Table("hop");
        var methods = hops.SelectMany(hop => Document.CodeIn(hop[^1])).ToArray();

        Assert.All(methods, method => Assert.True(Exists(method), $"There is no method {method}."));
        Assert.InRange(hops.Count, 1, MaxHops);
        Assert.InRange(methods.Length, hops.Count, MaxMethods);
        Assert.Equal(methods.Length, methods.Distinct(StringComparer.Ordinal).Count());
    }

    private static bool Exists(string method) =>
        method.Split('.') is [var type, var name]
        && Types[type].Any(t => t.GetMember(name, MemberTypes.Method, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Length > 0);
}
