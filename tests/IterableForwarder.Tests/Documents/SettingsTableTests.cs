using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Iterable.Client;
using IterableForwarder.Hosting;

namespace IterableForwarder.Tests.Documents;

/// <summary>README's table of settings against the options that the service binds.</summary>
public sealed class SettingsTableTests
{
    /// <summary>The addresses have names of their own, the service says who it is, and the seed makes a test repeatable.</summary>
    private static readonly string[] NotSettings = ["Iterable__Us", "Iterable__Eu", "Iterable__UserAgent", "Iterable__JitterSeed"];

    private static readonly Dictionary<string, object?> OfOptions = Bound().ToDictionary(s => s.Name, s => s.Default);

    private static IReadOnlyDictionary<string, string> InTable => Document.Section("README.md", "Settings").Table("setting")
        .SelectMany(row => NamesOf(row[0]).Zip(DefaultsOf(row)))
        .ToDictionary(s => s.First, s => s.Second);

    [Fact]
    public void Every_setting_of_ours_is_in_the_table_and_every_one_in_the_table_is_bound()
    {
        var ours = InTable.Keys.Where(name => OfOptions.Keys.Select(SectionOf).Contains(SectionOf(name))).Order(StringComparer.Ordinal);

        Assert.Equal(OfOptions.Keys.Order(StringComparer.Ordinal), ours);
    }

    [Fact]
    public void Every_default_in_the_table_is_the_effective_one()
    {
        var wrong = InTable
            .Where(s => OfOptions.GetValueOrDefault(s.Key) is { } value && !IsShownAs(value, s.Value))
            .Select(s => $"{s.Key} is {OfOptions[s.Key]}, and the table has {s.Value}");

        Assert.Empty(wrong);
        Assert.Equal($"`{ForwarderHost.DefaultUrl}`", InTable["ASPNETCORE_URLS"]);
    }

    private static IEnumerable<(string Name, object? Default)> Bound()
    {
        foreach (var options in typeof(ForwarderHost).Assembly.GetTypes().Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)))
        {
            if (options.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is not string section) continue;
            foreach (var setting in SettingsOf(options, section)) yield return setting;
        }
        foreach (var setting in SettingsOf(typeof(IterableClientOptions), "Iterable").Where(s => !NotSettings.Contains(s.Name))) yield return setting;
        yield return ("Iterable__Endpoints__us", new IterableClientOptions().Us);
        yield return ("Iterable__Endpoints__eu", new IterableClientOptions().Eu);
    }

    private static IEnumerable<(string Name, object? Default)> SettingsOf(Type options, string section)
    {
        var defaults = Activator.CreateInstance(options);
        foreach (var property in options.GetProperties())
        {
            var name = $"{section.Replace(":", "__", StringComparison.Ordinal)}__{property.Name}";
            if (property.PropertyType.IsAssignableTo(typeof(IEnumerable<string>))) yield return ($"{name}__0", null);
            else if (property.CanWrite) yield return (name, property.GetValue(defaults));
        }
    }

    /// <summary>A row may have several settings; one that only counts on from another is no name of its own.</summary>
    private static IEnumerable<string> NamesOf(string cell) => Document.CodeIn(cell).Where(name => !name.StartsWith('…'));

    /// <summary>Several defaults are separated by commas; a single one may be said in words.</summary>
    private static string[] DefaultsOf(string[] row) => NamesOf(row[0]).Count() > 1 ? row[2].Split(", ") : [row[2]];

    private static string SectionOf(string name) => name.Split("__")[0];

    /// <summary>What is empty by default has its default in words.</summary>
    private static bool IsShownAs(object value, string shown)
    {
        var first = Document.CodeIn(shown) is [var code, ..] ? code : Regex.Match(shown, @"^\d+").Value;
        return value switch
        {
            "" => true,
            TimeSpan time => TimeSpan.TryParse(first, CultureInfo.InvariantCulture, out var known) && known == time,
            Uri address => first == address.ToString().TrimEnd('/'),
            string text => first == text,
            Enum word => first.Equals(word.ToString(), StringComparison.OrdinalIgnoreCase),
            _ => first == Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }
}
