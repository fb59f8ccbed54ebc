using System.Globalization;
using System.Text.Json;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class ExportTests : SandboxTest
{
    [Theory]
    [InlineData(ProjectType.Email, "emailListIds")]
    [InlineData(ProjectType.UserId, "userListIds")]
    [InlineData(ProjectType.Hybrid, "userListIds")]
    public async Task An_export_says_which_lists_everybody_is_on(ProjectType type, string field)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var (first, second) = (NewList(), NewList());
        await SubscribeAsync(first, Member("ann@example.com", "1", "{\"a\":{\"b\":1}}"), Member("bob@example.com", "2"));
        await SubscribeAsync(second, Member("ann@example.com", "1"), Member("cat@example.com", "3"));
        await UnsubscribeAsync(second, Member("cat@example.com", "3"));

        var users = await ExportAsync();

        Assert.Equal(
            [("ann@example.com", "1", $"[{first},{second}]"), ("bob@example.com", "2", $"[{first}]"), ("cat@example.com", "3", "[]")],
            users.Select(user => (user.GetProperty("email").GetString()!, user.GetProperty("userId").GetString()!, user.GetProperty(field).GetRawText())));
        Assert.Equal("{\"b\":1}", users[0].GetProperty("a").GetRawText());
        Assert.Equal("2026-03-01 12:00:00 +00:00", users[0].GetProperty("profileUpdatedAt").GetString());
    }

    [Theory]
    [InlineData("\"onlyFields\":\"email, userListIds\"", "{\"email\":\"ann@example.com\",\"userListIds\":[1]}")]
    [InlineData("\"omitFields\":\"userId,signupDate,profileUpdatedAt,a\"", "{\"email\":\"ann@example.com\",\"userListIds\":[1]}")]
    [InlineData("\"onlyFields\":\"a,nonesuch\"", "{\"a\":1}")]
    public async Task An_export_has_the_fields_that_were_asked_for(string more, string expected)
    {
        await SubscribeAsync(NewList(), Member("ann@example.com", "1", "{\"a\":1}"));

        Assert.Equal(expected, Assert.Single(await ExportAsync(more)).GetRawText());
    }

    [Theory]
    [InlineData("\"startDateTime\":\"2026-03-01 12:00:00\"", "ann bob cat")]
    [InlineData("\"startDateTime\":\"2026-03-01 12:10:00\"", "bob cat")]
    [InlineData("\"startDateTime\":\"2026-03-01 13:10:00 +01:00\"", "bob cat")]
    [InlineData("\"startDateTime\":\"2026-03-01 12:10:01 +00:00\"", "cat")]
    [InlineData("\"endDateTime\":\"2026-03-01 12:10:00\"", "ann")]
    [InlineData("\"startDateTime\":\"2026-03-01 12:10:00\",\"endDateTime\":\"2026-03-01 12:20:00\"", "bob")]
    public async Task An_export_contains_the_users_updated_from_a_time_on_and_before_another(string more, string expected)
    {
        var list = NewList();
        await SubscribeAsync(list, Member("cat@example.com"), Member("bob@example.com"), Member("ann@example.com"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        // A change of fields, a change of lists, and what changes nothing.
        await PostAsync("/api/users/update", Member("bob@example.com", dataFields: "{\"a\":1}"));
        await SubscribeAsync(list, Member("ann@example.com"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        await UnsubscribeAsync(list, Member("cat@example.com"));

        var names = (await ExportAsync(more)).Select(user => user.GetProperty("email").GetString()!.Split('@')[0]);

        Assert.Equal(expected.Split(' '), names.Order());
    }

    [Fact]
    public async Task An_export_is_csv_on_request()
    {
        await SubscribeAsync(NewList(), Member("ann@example.com", "1", "{\"say\":\"a;\\\"b\\\"\",\"o\":{\"p\":[1]}}"), Member("bob@example.com"));

        var id = await StartAsync("\"outputFormat\":\"text/csv\",\"delimiter\":\";\",\"omitFields\":\"signupDate,profileUpdatedAt\"");
        var answer = await DownloadAsync(Assert.Single((await FilesAsync(id)).Page).Url);

        Assert.Equal("text/csv", answer.MediaType);
        var expected = """"
            email;userId;userListIds;say;o
            ann@example.com;1;[1];"a;""b""";"{""p"":[1]}"
            bob@example.com;;[1];;

            """";
        Assert.Equal(expected, answer.Text);
    }

    [Fact]
    public async Task Files_are_no_larger_than_their_limit_and_come_in_pages()
    {
        State.Configure(Key, settings => settings with { ExportFileBytes = 100, ExportFilesPerPage = 2 });
        await SubscribeAsync(NewList(), [.. Enumerable.Range(0, 10).Select(n => Member($"m{n}@example.com"))]);
        var id = await StartAsync("\"onlyFields\":\"email\"");

        var (pages, names, users, after) = (0, new List<string>(), new List<string>(), "");
        while (await FilesAsync(id, after) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 2);
            pages++;
            foreach (var (name, url) in page.Page)
            {
                var text = (await DownloadAsync(url)).Text;
                Assert.InRange(text.Length, 1, 100);
                users.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                names.Add(name);
            }
            after = names[^1];
        }

        Assert.Equal((2, 4), (pages, names.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"{{\"email\":\"m{n}@example.com\"}}"), users.Order());
    }

    [Fact]
    public async Task An_export_above_the_largest_size_is_truncated_and_says_so()
    {
        State.Configure(Key, settings => settings with { ExportBytes = 100 });
        await SubscribeAsync(NewList(), [.. Enumerable.Range(0, 10).Select(n => Member($"m{n}@example.com"))]);

        var answer = await FilesAsync(await StartAsync("\"onlyFields\":\"email\""));

        Assert.True(answer.IsTruncated);
        Assert.Equal(3, (await DownloadAsync(Assert.Single(answer.Page).Url)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task An_export_of_nobody_is_complete_without_files()
    {
        var answer = await FilesAsync(await StartAsync());

        Assert.Equal(("completed", 0, false), (answer.State, answer.Count, answer.IsTruncated));
    }

    [Fact]
    public async Task An_export_contains_the_users_as_of_the_time_of_the_request()
    {
        State.Configure(Key, settings => settings with { ExportDuration = TimeSpan.FromMinutes(1) });
        await SubscribeAsync(NewList(), Member("ann@example.com"));
        var id = await StartAsync("\"onlyFields\":\"email\"");
        await SubscribeAsync(NewList(), Member("bob@example.com"));
        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("{\"email\":\"ann@example.com\"}\n", (await DownloadAsync(Assert.Single((await FilesAsync(id)).Page).Url)).Text);
    }

    [Fact]
    public async Task Four_exports_run_at_once_and_more_wait_for_one_to_end()
    {
        State.Configure(Key, settings => settings with { ExportDuration = TimeSpan.FromMinutes(1), Limits = settings.Limits with { ExportFiles = new RateLimit(100) } });
        var ids = new List<long>();
        for (var n = 0; n < 6; n++)
        {
            ids.Add(await StartAsync());
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["running", "running", "running", "running", "enqueued", "enqueued"], await StatesAsync(ids));
        Clock.Advance(TimeSpan.FromSeconds(54));
        Assert.Equal(["completed", "running", "running", "running", "running", "enqueued"], await StatesAsync(ids));
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["completed", "completed", "completed", "completed", "completed", "running"], await StatesAsync(ids));
    }

    [Fact]
    public async Task A_running_export_shows_its_files_one_by_one_and_a_failed_one_omits_the_last()
    {
        State.Configure(Key, settings => settings with { ExportDuration = TimeSpan.FromMinutes(1), ExportFileBytes = 30 });
        await SubscribeAsync(NewList(), Member("ann@example.com"), Member("bob@example.com"));

        var id = await StartAsync("\"onlyFields\":\"email\"");
        Assert.Equal(("running", 1), ((await FilesAsync(id)).State, (await FilesAsync(id)).Count));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("completed", 2), ((await FilesAsync(id)).State, (await FilesAsync(id)).Count));

        State.Configure(Key, settings => settings with { ExportsFail = true });
        var failed = await StartAsync("\"onlyFields\":\"email\"");
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("failed", 1), ((await FilesAsync(failed)).State, (await FilesAsync(failed)).Count));
    }

    [Fact]
    public async Task The_jobs_of_a_project_are_listed_with_their_states()
    {
        State.Configure(Key, settings => settings with { ExportDuration = TimeSpan.FromMinutes(1) });
        await SubscribeAsync(NewList(), Member("ann@example.com"));
        var done = await StartAsync("\"onlyFields\":\"email\"");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var running = await StartAsync();

        var jobs = (await GetAsync("/api/export/jobs")).Json.GetProperty("jobs");
        var first = jobs[0];

        Assert.Equal([done, running], jobs.EnumerateArray().Select(job => job.GetProperty("id").GetInt64()));
        Assert.Equal(("user", "completed", 28), (first.GetProperty("dataTypeName").GetString(), first.GetProperty("jobState").GetString(), first.GetProperty("bytesExported").GetInt64()));
        Assert.Equal(TimeSpan.FromMinutes(1), first.GetProperty("endTime").GetDateTimeOffset() - first.GetProperty("scheduledStartTime").GetDateTimeOffset());
        Assert.Equal("running", jobs[1].GetProperty("jobState").GetString());
        Assert.False(jobs[1].TryGetProperty("endTime", out _));
        Assert.Equal(running, Assert.Single((await GetAsync("/api/export/jobs?jobState=Running")).Json.GetProperty("jobs").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal("{\"jobs\":[]}", (await GetAsync("/api/export/jobs", "another")).Text);
    }

    [Fact]
    public async Task A_link_needs_no_key_and_expires_after_half_an_hour()
    {
        await SubscribeAsync(NewList(), Member("ann@example.com"));
        var url = Assert.Single((await FilesAsync(await StartAsync())).Page).Url;

        Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(2));
        Assert.Equal((200, "application/x-json-stream"), ((await DownloadAsync(url)).Status, (await DownloadAsync(url)).MediaType));
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(403, (await DownloadAsync(url)).Status);
        Assert.Equal(404, (await DownloadAsync(url.Replace("/file-", "/other-", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Starting_and_reading_files_have_one_call_a_second_each()
    {
        var first = await PostAsync("/api/export/start", Body(""));

        Assert.Equal(200, first.Status);
        Assert.Equal(429, (await PostAsync("/api/export/start", Body(""))).Status);
        var id = first.Json.GetProperty("jobId").GetInt64();
        Assert.Equal(200, (await GetAsync($"/api/export/{id}/files")).Status);
        Assert.Equal(429, (await GetAsync($"/api/export/{id}/files")).Status);
        Assert.Equal(200, (await GetAsync("/api/export/jobs")).Status);
    }

    [Theory]
    [InlineData("{}", "dataTypeName")]
    [InlineData("{\"dataTypeName\":\"emailSend\",\"outputFormat\":\"text/csv\"}", "dataTypeName")]
    [InlineData("{\"dataTypeName\":\"user\"}", "outputFormat")]
    [InlineData("{\"dataTypeName\":\"user\",\"outputFormat\":\"json\"}", "outputFormat")]
    [InlineData("{\"dataTypeName\":\"user\",\"outputFormat\":\"text/csv\",\"startDateTime\":\"yesterday\"}", "startDateTime")]
    [InlineData("{\"dataTypeName\":\"user\",\"outputFormat\":\"text/csv\",\"endDateTime\":\"2026-03-01T12:00:00Z\"}", "endDateTime")]
    public async Task A_bad_export_is_refused_with_the_field(string body, string field)
    {
        var answer = await PostAsync("/api/export/start", body);

        Assert.Equal((400, "BadParams"), (answer.Status, answer.Code));
        Assert.True(answer.Json.GetProperty("params").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task An_export_of_another_project_is_not_found()
    {
        var id = await StartAsync();

        Assert.Equal(404, (await GetAsync($"/api/export/{id}/files", "another")).Status);
        Assert.Equal("BadParams", (await GetAsync("/api/export/abc/files")).Code);
    }

    private static string Body(string more) =>
        "{\"dataTypeName\":\"user\"" + (more.Contains("outputFormat", StringComparison.Ordinal) ? "" : ",\"outputFormat\":\"application/x-json-stream\"")
        + (more.Length > 0 ? "," : "") + more + "}";

    private async Task<long> StartAsync(string more = "") => (await PostAsync("/api/export/start", Body(more))).Json.GetProperty("jobId").GetInt64();

    private async Task<Files> FilesAsync(long id, string after = "")
    {
        var answer = await GetAsync($"/api/export/{id}/files?startAfter={after}");
        // One call a second.
        Clock.Advance(TimeSpan.FromSeconds(1));
        var files = answer.Json.GetProperty("files").EnumerateArray().Select(file => (file.GetProperty("file").GetString()!, file.GetProperty("url").GetString()!));
        return new Files(answer.Json.GetProperty("jobState").GetString()!, answer.Json.GetProperty("exportTruncated").GetBoolean(), [.. files]);
    }

    private Task<Answer> DownloadAsync(string url) => SendAsync(HttpMethod.Get, url, null, key: null);

    private async Task<string[]> StatesAsync(List<long> ids)
    {
        var states = new List<string>();
        foreach (var id in ids) states.Add((await GetAsync($"/api/export/{id.ToString(CultureInfo.InvariantCulture)}/files")).Json.GetProperty("jobState").GetString()!);
        return [.. states];
    }

    private async Task<JsonElement[]> ExportAsync(string more = "")
    {
        var users = new List<JsonElement>();
        foreach (var (_, url) in (await FilesAsync(await StartAsync(more))).Page)
        {
            var lines = (await DownloadAsync(url)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            users.AddRange(lines.Select(line => JsonDocument.Parse(line).RootElement));
        }
        return [.. users];
    }

    private sealed record Files(string State, bool IsTruncated, IReadOnlyList<(string Name, string Url)> Page)
    {
        public int Count => Page.Count;
    }
}
