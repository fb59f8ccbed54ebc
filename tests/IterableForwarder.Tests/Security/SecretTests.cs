using System.Text;
using IterableForwarder.Administration.Keys;
using IterableForwarder.Administration.Projects;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Security;

public sealed class SecretTests
{
    private const string ApiKey = "a-very-secret-iterable-key-4711";
    private const string SegmentSecret = "a-very-secret-segment-secret";

    [Fact]
    public async Task G10_Secrets_stay()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync(ApiKey, $$""","segmentSecret":"{{SegmentSecret}}" """);
        var key = (string)(await host.PostAsync("/api/v1/keys", """{"name":"segment","kind":"ingest"}""")).Expect(201)["key"]!;
        ServiceResponse[] responses =
        [
            await host.GetAsync($"/api/v1/projects/{id}"),
            await host.GetAsync("/api/v1/projects"),
            await host.GetAsync("/api/v1/keys"),
            await host.PostAsync("/api/v1/projects", $$"""{"name":"B","apiKey":"{{ApiKey}}"}"""),
            await host.PostAsync("/api/v1/projects", $$"""{"name":"","apiKey":"{{ApiKey}} ","type":"none"}"""),
            await host.PatchAsync($"/api/v1/projects/{id}", """{"name":"B"}"""),
        ];

        foreach (var secret in new[] { ApiKey, SegmentSecret, key })
        {
            Assert.All(responses, a => Assert.DoesNotContain(secret, a.Text, StringComparison.Ordinal));
            Assert.DoesNotContain(host.Logs, line => line.Contains(secret, StringComparison.Ordinal));
            // a locked file cannot be opened, and an empty one holds nothing
            foreach (var file in Directory.GetFiles(host.Folder, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0)) Assert.False(await HoldsAsync(file, secret), file);
        }
        Assert.True(await HoldsAsync(Path.Combine(host.Folder, "forwarder.db-wal"), "Acme"));
    }

    [Fact]
    public void G10_What_MVC_may_trace_of_a_request_or_an_answer_shows_no_secret()
    {
        Assert.DoesNotContain(ApiKey, new ProjectRequest { ApiKey = ApiKey }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, new ProjectRequest { SegmentSecret = ApiKey }.ToString(), StringComparison.Ordinal);
        var made = new AccessKey(Guid.Empty, "segment", KeyKind.Ingest, [], "4711", [], DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain(ApiKey, CreatedKeyResponse.Of(made, ApiKey).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_keeps_everything()
    {
        using var data = new TemporaryFolder();
        string project, connection, key, keyText;
        string[] before;
        await using (var host = await TestService.StartAsync(data.Path))
        {
            project = await host.AddProjectAsync(ApiKey, $$""","segmentSecret":"{{SegmentSecret}}","userId":"mpid","dataCenter":"eu","budgets":{"lists":0.5}""");
            connection = await host.AddConnectionAsync(project, ""","listId":42,"audienceId":"a","source":"segment","userId":"mpid","campaignId":7,"updateExistingUsersOnly":true,"channelUnsubscribe":true,"attributes":{"a":"b"}""");
            await host.PostAsync($"/api/v1/connections/{connection}/pause", """{"reason":"later"}""");
            var made = (await host.PostAsync("/api/v1/keys", $$"""{"name":"segment","kind":"operator"}""")).Expect(201);
            (key, keyText) = ((string)made["id"]!, (string)made["key"]!);
            before = await ShownAsync(host);
        }

        await using var again = await TestService.StartAsync(data.Path);
        Assert.Equal(before, await ShownAsync(again));
        Assert.Equal(200, (await again.SendAsync(HttpMethod.Get, "/api/v1/keys", authorization: $"Bearer {keyText}")).Status);
        Assert.True(again.Directory.TryGetByApiKey(ApiKey, out var kept));
        Assert.Equal(ApiKey, kept.ApiKey);
        Assert.Equal(SegmentSecret, kept.SegmentSecret);
        Assert.True(again.Directory.TryGetByAudience(kept.Id, Source.Segment, "a", out _));
        (await again.PostAsync("/api/v1/projects", $$"""{"name":"B","apiKey":"{{ApiKey}}"}""")).ExpectProblem(409);

        async Task<string[]> ShownAsync(TestService host) =>
        [
            (await host.GetAsync($"/api/v1/projects/{project}")).Text,
            (await host.GetAsync($"/api/v1/connections/{connection}")).Text,
            (await host.GetAsync($"/api/v1/keys/{key}")).Text,
        ];
    }

    [Fact]
    public async Task A_lost_key_ring_holds_the_project_until_its_key_is_set_again()
    {
        using var data = new TemporaryFolder();
        var folder = data.Path;
        string id;
        await using (var host = await TestService.StartAsync(data.Path))
        {
            id = await host.AddProjectAsync(ApiKey, $$""","segmentSecret":"{{SegmentSecret}}" """);
        }
        Directory.Move(Path.Combine(folder, "keys"), Path.Combine(folder, "keys-elsewhere"));

        await using (var host = await TestService.StartAsync(folder))
        {
            var project = (await host.GetAsync($"/api/v1/projects/{id}")).Expect(200);
            Assert.Equal("keyUnreadable", (string?)project["holdReason"]);
            Assert.Equal("", (string?)project["apiKeyHint"]);
            Assert.Contains(host.Logs, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
            (await host.PostAsync($"/api/v1/projects/{id}/resume")).ExpectProblem(409);
            Assert.Equal("KeyUnreadable", (string?)(await host.PostAsync($"/api/v1/projects/{id}/check")).Expect(200)["code"]);
            (await host.PostAsync("/api/v1/connections", $$"""{"projectId":"{{id}}","name":"C","listName":"VIP"}""")).ExpectProblem(409);
            var kept = host.Directory.Projects.Single();
            Assert.False(string.IsNullOrEmpty(kept.SegmentSecret) || kept.SegmentSecret == SegmentSecret);
            Assert.Equal("held", (string?)(await host.PatchAsync($"/api/v1/projects/{id}", """{"name":"renamed"}""")).Expect(200)["state"]);
        }

        Directory.Delete(Path.Combine(folder, "keys"), recursive: true);
        Directory.Move(Path.Combine(folder, "keys-elsewhere"), Path.Combine(folder, "keys"));
        await using (var host = await TestService.StartAsync(folder))
        {
            Assert.Equal("active", (string?)(await host.GetAsync($"/api/v1/projects/{id}")).Expect(200)["state"]);
            Assert.Equal((ApiKey, SegmentSecret), (host.Directory.Projects.Single().ApiKey, host.Directory.Projects.Single().SegmentSecret));
        }

        Directory.Delete(Path.Combine(folder, "keys"), recursive: true);
        await using (var host = await TestService.StartAsync(folder))
            Assert.Equal("active", (string?)(await host.PatchAsync($"/api/v1/projects/{id}", $$"""{"name":"A","apiKey":"{{ApiKey}}"}""")).Expect(200)["state"]);
        await using var last = await TestService.StartAsync(folder);
        Assert.True(last.Directory.TryGet(new ProjectId(OpaqueId.Parse(id)), out var healed));
        Assert.Equal(ApiKey, healed.ApiKey);
    }

    private static async Task<bool> HoldsAsync(string file, string text)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content);
        return content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
