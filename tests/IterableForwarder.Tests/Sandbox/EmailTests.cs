using System.Text.Json;

namespace IterableForwarder.Tests.Sandbox;

/// <summary>The rules of Apache Commons Validator, most cases from its own tests.</summary>
public sealed class EmailTests : SandboxTest
{
    [Theory]
    [InlineData("ann@example.com")]
    [InlineData("a1@placeholder.email")]
    [InlineData("joe.ann@apache.org")]
    [InlineData("joe-ann+tag@apache.co.uk")]
    [InlineData("o'neil@example.com")]
    [InlineData("joe!/blow@apache.org")]
    [InlineData("!#$%&'*+/=?^_`{|}~-@example.com")]
    [InlineData("\"joe blow\"@apache.org")]
    [InlineData("\"joe.\"@apache.org")]
    [InlineData("\"joe@ann\"@apache.org")]
    [InlineData("\"joe\\\"ann\"@apache.org")]
    [InlineData("joe.\"ann b\".c@apache.org")]
    [InlineData("joe\\@ann@apache.org")]
    [InlineData("ünï@example.com")]
    [InlineData("ann@bücher.de")]
    [InlineData("ann@xn--bcher-kva.de")]
    [InlineData("ann@example.xn--p1ai")]
    [InlineData("ann@пример.рф")]
    [InlineData("ann@example.com.")]
    [InlineData("ann@[192.168.1.1]")]
    [InlineData("ann@[::1]")]
    [InlineData("ann@a.b.c.museum")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234@example.com")]
    public async Task A_valid_email_is_accepted(string email)
    {
        Assert.Equal(1, (await SubscribeAsync(NewList(), Member(email))).Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("ann")]
    [InlineData("ann@")]
    [InlineData("@example.com")]
    [InlineData("ann@localhost")]
    [InlineData("ann@com")]
    [InlineData("ann@example.c")]
    [InlineData("ann@example.test")]
    [InlineData("ann@example.invalid")]
    [InlineData("ann@example.nonesuch")]
    [InlineData("ann@example.xn--nonesuch")]
    [InlineData("ann@example.123")]
    [InlineData(".ann@example.com")]
    [InlineData("ann.@example.com")]
    [InlineData("ann..b@example.com")]
    [InlineData("ann b@example.com")]
    [InlineData(" ann@example.com")]
    [InlineData("ann@example.com ")]
    [InlineData("ann@ example.com")]
    [InlineData("ann@bob@example.com")]
    [InlineData("ann(comment)@example.com")]
    [InlineData("ann,bob@example.com")]
    [InlineData("<ann@example.com>")]
    [InlineData("ann:b@example.com")]
    [InlineData("ann;b@example.com")]
    [InlineData("ann[b]@example.com")]
    [InlineData("a\"b\"@example.com")]
    [InlineData("\"ann@example.com")]
    [InlineData("\"ann\"b@example.com")]
    [InlineData("ann\\@example.com")]
    [InlineData("ann\u0007@example.com")]
    [InlineData("ann\u007F@example.com")]
    [InlineData("ann@-example.com")]
    [InlineData("ann@example-.com")]
    [InlineData("ann@.example.com")]
    [InlineData("ann@example..com")]
    [InlineData("ann@exa_mple.com")]
    [InlineData("ann@example.com..")]
    [InlineData("ann@[192.168.1]")]
    [InlineData("ann@[192.168.1.256]")]
    [InlineData("ann@[192.168.01.1]")]
    [InlineData("ann@[example.com]")]
    [InlineData("ann@192.168.1.1")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345@example.com")]
    [InlineData("ann@1234567890123456789012345678901234567890123456789012345678901234.com")]
    public async Task An_invalid_email_is_refused_by_name(string email)
    {
        var answer = await SubscribeAsync(NewList(), Member(email));

        Assert.Equal((0, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal([email], answer.FailedUpdates("invalidEmails"));
    }

    [Fact]
    public async Task A_domain_has_at_most_253_characters()
    {
        var label = new string('a', 62);
        string DomainOf(int last) => $"{label}.{label}.{label}.{new string('b', last)}.com";

        Assert.Equal(253, DomainOf(60).Length);
        Assert.Equal(1, (await SubscribeAsync(NewList(), Member($"ann@{DomainOf(60)}"))).Succeeded);
        Assert.Equal(1, (await SubscribeAsync(NewList(), Member($"ann@{DomainOf(61)}"))).Failed);
    }

    [Fact]
    public async Task Every_top_level_domain_that_IANA_lists_is_accepted()
    {
        using var reader = new StreamReader(typeof(Iterable.Sandbox.SandboxServer).Assembly.GetManifestResourceStream("Iterable.Sandbox.Identity.tlds-alpha-by-domain.txt")!);
        var domains = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).ToArray();

        var answer = await SubscribeAsync(NewList(), [.. domains.Select(domain => Member($"ann@example.{domain}"))]);

        Assert.InRange(domains.Length, 1400, 2000);
        Assert.Equal(domains.Length, answer.Succeeded);
        Assert.Equal(JsonSerializer.Serialize(Array.Empty<string>()), answer.Json.GetProperty("invalidEmails").GetRawText());
    }
}
