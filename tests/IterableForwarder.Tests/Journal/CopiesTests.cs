using System.Globalization;
using System.Text;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Journal;

/// <summary>Settings and totals are stored three times, and what two of the three say is right. G5_Flipped_bits_at_a_start has every value of them.</summary>
public sealed class CopiesTests
{
    private const string Audience = "an-audience-of-its-own";

    [Fact]
    public async Task Wherever_the_file_itself_is_damaged_the_settings_are_what_they_were_and_can_be_changed()
    {
        using var original = new TemporaryFolder();
        string id, shown;
        await using (var service = await TestService.StartAsync(original.Path))
        {
            id = await service.AddConnectionAsync(await service.AddProjectAsync(), $$""","source":"segment","audienceId":"{{Audience}}","listId":42""");
            shown = (await service.GetAsync($"/api/v1/connections/{id}")).Text;
        }
        var file = await File.ReadAllBytesAsync(Path.Combine(original.Path, "forwarder.db"));
        // the id and the audience are in the table, in its two copies, and in their indexes
        var places = PlacesOf(file, Convert.FromHexString(id)).Concat(PlacesOf(file, Encoding.UTF8.GetBytes(Audience))).ToList();
        Assert.InRange(places.Count, 10, 100);
        foreach (var place in places)
        {
            using var data = new TemporaryFolder();
            TestStore.Copy(original.Path, data.Path);
            await File.WriteAllBytesAsync(Path.Combine(data.Path, "forwarder.db"), TestStore.Flipped(file, (place * 8) + (place % 8)));

            await using var service = await TestService.StartAsync(data.Path);
            var response = await service.GetAsync($"/api/v1/connections/{id}");
            Assert.True(response.Text == shown, $"{response} after damage at {place}");
            (await service.PatchAsync($"/api/v1/connections/{id}", """{"listId":43}""")).Expect(200);
            (await service.PostAsync($"/api/v1/connections/{id}/members", $$"""{"changes":[{{Wire.Add("a@x.com")}}]}""")).Expect(202);
            Assert.Equal(204, (await service.DeleteAsync($"/api/v1/connections/{id}?discard=true")).Status);
        }
    }

    [Fact]
    public async Task Where_no_two_of_the_three_agree_nothing_is_changed_and_the_reason_names_what_it_is()
    {
        using var data = new TemporaryFolder();
        string id;
        await using (var service = await TestService.StartAsync(data.Path)) id = await service.AddConnectionAsync(await service.AddProjectAsync());
        foreach (var (table, bit) in new[] { ("connections", 8), ("connections_copy_1", 9), ("connections_copy_2", 10) })
            Assert.True(StoredBits.In(data.Path).Single(v => v.Name == $"{table}.settings").TryFlip(data.Path, bit));

        await using (var refused = await TestService.StartAsync(data.Path))
        {
            var reason = (await refused.GetAsync("/health/ready")).Text;
            Assert.Contains($"The stored settings of connection {id} and both of their copies are damaged. Restore the database from a backup.", reason, StringComparison.Ordinal);
        }
        // whoever mends one of the copies by hand has all of it again
        Assert.True(StoredBits.In(data.Path).Single(v => v.Name == "connections_copy_1.settings").TryFlip(data.Path, 9));
        Assert.True(StoredBits.In(data.Path).Single(v => v.Name == "connections_copy_2.settings").TryFlip(data.Path, 10));
        await using var mended = await TestService.StartAsync(data.Path);
        (await mended.GetAsync($"/api/v1/connections/{id}")).Expect(200);
    }

    /// <summary>A change of settings writes all that is stored of them: what was damaged meanwhile must not be taken for new.</summary>
    [Fact]
    public async Task What_is_damaged_under_the_running_service_is_not_taken_over_by_the_next_change()
    {
        using var data = new TemporaryFolder();
        foreach (var (path, id) in (await SettleAsync(data.Path)).Where(thing => thing.Path != "/api/v1/keys"))
        {
            string before, after;
            await using (var service = await TestService.StartAsync(data.Path))
            {
                before = (await service.GetAsync($"{path}/{id}")).Expect(200)["createdAt"]!.ToString();
                var table = path.Split('/')[^1];
                Assert.True(StoredBits.In(data.Path).Single(v => v.Name == $"{table}.created_at" && v.Where.EndsWith($"X'{id.ToUpperInvariant()}'", StringComparison.Ordinal)).TryFlip(data.Path, 5));
                (await service.PatchAsync($"{path}/{id}", """{"name":"Another"}""")).Expect(200);
            }
            await using (var again = await TestService.StartAsync(data.Path))
            {
                var shown = (await again.GetAsync($"{path}/{id}")).Expect(200);
                after = shown["createdAt"]!.ToString();
                Assert.Equal("Another", (string)shown["name"]!);
            }
            Assert.Equal(before, after);
        }
    }

    [Fact]
    public async Task What_is_counted_on_damaged_totals_is_counted_right_from_the_next_start()
    {
        using var data = new TemporaryFolder();
        string id;
        await using (var service = await TestService.StartAsync(data.Path))
        {
            id = await service.AddConnectionAsync(await service.AddProjectAsync());
            (await service.PostAsync($"/api/v1/connections/{id}/pause")).Expect(200);
            await AcceptAsync(service, "a@x.com", "b@x.com");
            Assert.True(StoredBits.In(data.Path).Single(v => v.Name == "totals.received").TryFlip(data.Path, 6));
            await AcceptAsync(service, "c@x.com");
            (await service.PostAsync($"/api/v1/connections/{id}/pending/discard", "{}")).Expect(200);
            await AcceptAsync(service, "d@x.com");
        }
        await using var again = await TestService.StartAsync(data.Path);

        var status = (await again.GetAsync($"/api/v1/connections/{id}")).Expect(200)["status"]!;
        Assert.Equal((1, 3), ((long)status["pending"]!, (long)status["dropped"]!));
        Assert.Contains(again.Logs, line => line.Contains("totals of connection", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal) && line.Contains("differed from their copies", StringComparison.Ordinal));

        async Task AcceptAsync(TestService service, params string[] emails) =>
            (await service.PostAsync($"/api/v1/connections/{id}/members", $$"""{"changes":[{{string.Join(',', emails.Select(e => Wire.Add(e)))}}]}""")).Expect(202);
    }

    /// <summary>Else the next start would undo what was answered: a connection that was deleted would be there again, and a key that was revoked would be valid.</summary>
    [Theory]
    [InlineData("{0}")]
    [InlineData("sqlite_autoindex_{0}_1")]
    public async Task A_change_of_settings_that_the_database_does_not_find_any_more_is_refused(string damaged)
    {
        using var original = new TemporaryFolder();
        foreach (var (path, id) in await SettleAsync(original.Path))
        {
            using var data = new TemporaryFolder();
            TestStore.Copy(original.Path, data.Path);
            await using (var service = await TestService.StartAsync(data.Path))
            {
                var table = path.Split('/')[^1] is "keys" ? "access_keys" : path.Split('/')[^1];
                StoredPage.Flip(data.Path, string.Format(CultureInfo.InvariantCulture, damaged, table), Convert.FromHexString(id));

                Refused(await service.DeleteAsync($"{path}/{id}"));
                if (table != "access_keys") Refused(await service.PatchAsync($"{path}/{id}", """{"name":"Another"}"""));
            }
            string name;
            await using (var again = await TestService.StartAsync(data.Path))
            {
                name = (string)(await again.GetAsync(path)).Items.Single(item => (string)item!["id"]! == id)!["name"]!;
                Assert.Equal(204, (await again.DeleteAsync($"{path}/{id}")).Status);
            }
            Assert.NotEqual("Another", name);
            await using var last = await TestService.StartAsync(data.Path);
            Assert.DoesNotContain((await last.GetAsync(path)).Items, item => (string)item!["id"]! == id);

            void Refused(ServiceResponse response) => Assert.Contains($"{id} any more", (string)response.ExpectProblem(503)["detail"]!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("totals")]
    [InlineData("sqlite_autoindex_totals_1")]
    public async Task Totals_whose_id_is_damaged_under_the_running_service_add_up_from_the_next_start(string damaged)
    {
        using var data = new TemporaryFolder();
        string id;
        await using (var service = await TestService.StartAsync(data.Path))
        {
            id = await service.AddConnectionAsync(await service.AddProjectAsync());
            (await service.PostAsync($"/api/v1/connections/{id}/pause")).Expect(200);
            await AcceptAsync(service, "a@x.com", "b@x.com");
            StoredPage.Flip(data.Path, damaged, Convert.FromHexString(id));
            await AcceptAsync(service, "c@x.com");
            await AcceptAsync(service, "d@x.com");
        }
        await using var again = await TestService.StartAsync(data.Path);

        Assert.Equal(4, (long)(await again.GetAsync($"/api/v1/connections/{id}")).Expect(200)["status"]!["pending"]!);
        (await again.PostAsync($"/api/v1/connections/{id}/pending/discard", "{}")).Expect(200);
        var status = (await again.GetAsync($"/api/v1/connections/{id}")).Expect(200)["status"]!;
        Assert.Equal((0, 4), ((long)status["pending"]!, (long)status["dropped"]!));

        async Task AcceptAsync(TestService service, params string[] emails) =>
            (await service.PostAsync($"/api/v1/connections/{id}/members", $$"""{"changes":[{{string.Join(',', emails.Select(e => Wire.Add(e)))}}]}""")).Expect(202);
    }

    private static async Task<IReadOnlyList<(string Path, string Id)>> SettleAsync(string folder)
    {
        await using var service = await TestService.StartAsync(folder);
        var project = await service.AddProjectAsync();
        var stream = await service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Events","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true} }""");
        var key = await service.PostAsync("/api/v1/keys", """{"name":"Marketing","kind":"ingest"}""");
        return
        [
            ("/api/v1/projects", await service.AddProjectAsync("another-key")),
            ("/api/v1/connections", await service.AddConnectionAsync(project)),
            ("/api/v1/streams", (string)stream.Expect(201)["id"]!),
            ("/api/v1/keys", (string)key.Expect(201)["id"]!),
        ];
    }

    private static IEnumerable<int> PlacesOf(byte[] file, byte[] wanted)
    {
        for (var at = file.AsSpan().IndexOf(wanted); at >= 0;)
        {
            yield return at;
            var next = file.AsSpan(at + 1).IndexOf(wanted);
            at = next < 0 ? -1 : at + 1 + next;
        }
    }
}
