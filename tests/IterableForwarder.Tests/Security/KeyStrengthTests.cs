using IterableForwarder.Hosting;
using IterableForwarder.Security;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Security;

public sealed class KeyStrengthTests
{
    private const string Strong = "0123456789abcdef0123456789abcdef";

    public static TheoryData<string, string, string> Weak
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var list in new[] { "OperatorKeys", "IngestKeys", "MetricsKeys" })
            {
                data.Add(list, "a", "has 1 characters");
                data.Add(list, Strong[1..], "has 31 characters");
                data.Add(list, "example-operator-key-change-me", "key of an example");
                data.Add(list, $"example-operator-key-change-me-{Strong}", "key of an example");
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Weak))]
    public void Outside_Development_a_weak_key_is_named_by_its_setting_and_never_shown(string list, string key, string reason)
    {
        var index = list == "OperatorKeys" ? 1 : 0;
        var settings = new Dictionary<string, string?> { ["Access:OperatorKeys:0"] = Strong, [$"Access:{list}:{index}"] = key };

        var refusal = Assert.Throws<StartRefusedException>(() => TestService.Create("Production", settings));

        var error = Assert.Single(refusal.Errors);
        Assert.StartsWith($"Access__{list}__{index} ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        if (key.Length > 1) Assert.DoesNotContain(key, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", Strong)]
    [InlineData("Production", "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")]
    [InlineData("Development", "a")]
    [InlineData("Development", "example-operator-key-change-me")]
    public async Task A_long_key_a_hash_and_in_Development_any_key_will_do(string environment, string key)
    {
        await using var app = TestService.Create(environment, new() { ["Access:OperatorKeys:0"] = key });
    }

    [Fact]
    public async Task A_key_that_is_configured_twice_is_warned_of_by_its_settings()
    {
        var settings = TestService.Keys();
        settings["Access:IngestKeys:1"] = $"sha256:{KeyHash.Of(TestService.OperatorKey)}";
        await using var host = await TestService.StartAsync(settings: settings);

        var warning = Assert.Single(host.Logs, line => line.Contains("have the same key", StringComparison.Ordinal));
        Assert.StartsWith("Warning \"Access__OperatorKeys__0\" and \"Access__IngestKeys__1\" have the same key", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs, line => line.Contains(TestService.OperatorKey, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://iterable.example", true)]
    [InlineData("https://iterable.example", false)]
    [InlineData("http://127.0.0.1:1", false)]
    [InlineData("http://localhost:1", false)]
    public async Task Iterable_without_encryption_is_warned_of_unless_it_is_this_machine(string address, bool isWarnedOf)
    {
        var settings = TestService.Keys();
        settings["Iterable:Endpoints:eu"] = address;
        await using var host = await TestService.StartAsync(settings: settings);

        Assert.Equal(isWarnedOf ? 1 : 0, host.Logs.Count(line => line.StartsWith("Warning \"Iterable__Endpoints__eu\" is an http:// address", StringComparison.Ordinal)));
    }
}
