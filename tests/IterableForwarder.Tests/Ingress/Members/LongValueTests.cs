using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Members;

public sealed class LongValueTests
{
    /// <summary>Many times what the service reads of a body at once.</summary>
    private static readonly string Long = $"[{string.Join(',', Enumerable.Repeat('1', 1_000_000))}]";

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_long_value_next_to_the_changes_is_skipped(string where)
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var changes = $"\"changes\":[{Wire.Add("ann@example.com")}]";
        var body = where == "before" ? $"{{\"x\":{Long},{changes}}}" : $"{{{changes},\"x\":{Long}}}";
        var response = await host.PostAsync($"/api/v1/connections/{connection}/members", body);
        Assert.Equal(1, response.Expect(202)["received"]!.GetValue<int>());
    }

    [Fact]
    public async Task Blanks_do_not_matter_however_many()
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var blanks = new string(' ', 200_000);
        string[] parts = ["", "{", "\"changes\"", ":", "[", Wire.Add("ann@example.com"), "]", "}", ""];
        var body = string.Join(blanks, parts);
        var response = await host.PostAsync($"/api/v1/connections/{connection}/members", body);
        Assert.Equal(1, response.Expect(202)["received"]!.GetValue<int>());
    }

    [Fact]
    public async Task Changes_that_are_no_array_are_one_error_however_long()
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var response = await host.PostAsync($"/api/v1/connections/{connection}/members", "{\"changes\":{\"x\":" + Long + "}}");
        Assert.Equal(1, response.ExpectProblem(400)["faultCount"]!.GetValue<int>());
    }
}
