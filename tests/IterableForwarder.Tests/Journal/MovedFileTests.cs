using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Journal;

/// <summary>The files of the database may go away below a running service. Nothing that would be lost with them is accepted then.</summary>
public sealed class MovedFileTests
{
    private const string Database = "forwarder.db";
    private const string Log = "forwarder.db-wal";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(Database, "deleted")]
    [InlineData(Database, "replaced")]
    [InlineData(Database, "renamed")]
    [InlineData(Log, "deleted")]
    [InlineData(Log, "replaced")]
    [InlineData(Log, "renamed")]
    public async Task While_a_file_is_not_in_its_place_nothing_is_accepted_and_the_service_is_not_ready(string name, string how)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(connection, Wire.Add("a@example.com"));
        var path = Path.Combine(pipeline.Service.Folder, name);
        using var elsewhere = new TemporaryFolder();
        var other = Path.Combine(elsewhere.Path, name);

        if (how == "deleted") File.Delete(path);
        if (how == "renamed") File.Move(path, other);
        if (how == "replaced")
        {
            File.Copy(path, other);
            File.Move(other, path, overwrite: true);
        }

        var ready = await Eventually.GetAsync(() => pipeline.Service.GetAsync("/health/ready"), r => r.Status == 503, Within);
        Assert.Contains($"{name} was deleted, replaced or renamed", ready.Text, StringComparison.Ordinal);
        await ExpectRefusalAsync(pipeline, connection);
        // neither does it come back by itself, with a file of its own
        await ExpectRefusalAsync(pipeline, connection);
        Assert.Equal(200, (await pipeline.Service.GetAsync("/health/live")).Status);
    }

    [Theory]
    [InlineData(Database)]
    [InlineData(Log)]
    public async Task Once_the_file_is_back_the_service_goes_on(string name)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@example.com")));
        var path = Path.Combine(pipeline.Service.Folder, name);

        File.Move(path, path + ".away");
        await ExpectRefusalAsync(pipeline, connection);
        File.Move(path + ".away", path);

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@example.com")));
        Assert.Equal(["a@example.com", "b@example.com"], pipeline.EmailsOn(list));
        await pipeline.RestartAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("c@example.com")));
    }

    private static async Task ExpectRefusalAsync(Pipeline pipeline, string connection)
    {
        var response = await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Wire.Add("z@example.com")}}]}""");
        response.ExpectProblem(503);
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
