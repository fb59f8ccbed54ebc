using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Delivery;

/// <summary>An entry that cannot be processed holds its connection, with its batch on display; nothing else of the project waits.</summary>
public sealed class InternalErrorTests
{
    [Fact]
    public async Task An_entry_that_cannot_be_read_holds_its_connection_alone_until_it_is_discarded()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (poisoned, poisonedList) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var batch = await PoisonAsync(pipeline, poisoned, poisonedList);
        var behind = await pipeline.PostAsync(poisoned, Wire.Add("behind@x.com"));

        var held = await pipeline.ConnectionAsync(poisoned, c => (string)c["state"]! == "held");
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));

        Assert.Equal(("internalError", "connection"), ((string)held["holdReason"]!, (string)held["heldAt"]!));
        var hold = Assert.Single(held["holds"]!.AsArray())!;
        Assert.Equal((null, batch, "internalError"), ((long?)hold["listId"], (string)hold["batchId"]!, (string)hold["reason"]!));
        Assert.Equal(["b@x.com"], pipeline.EmailsOn(otherList));
        Assert.Empty(pipeline.EmailsOn(poisonedList));

        var discarded = (await pipeline.Service.PostAsync($"/api/v1/connections/{poisoned}/pending/discard", $$"""{"batchId":"{{batch}}"}""")).Expect(200);

        Assert.Equal(1, (long)discarded["discarded"]!);
        await pipeline.CompletedAsync(behind);
        Assert.Equal(["behind@x.com"], pipeline.EmailsOn(poisonedList));
        Assert.Equal("active", (string)(await pipeline.ConnectionAsync(poisoned, c => c["holds"]!.AsArray().Count == 0))["state"]!);
        Assert.Equal(1, (long)(await pipeline.CompletedAsync(batch))["counts"]!["dropped"]!);
    }

    /// <summary>An entry whose changes carry times is looked through for late ones before it is taken up.</summary>
    [Fact]
    public async Task An_entry_with_times_that_cannot_be_read_is_named_too()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com", ",\"occurredAt\":\"2026-01-02T00:00:00Z\"")));
        var batch = await PoisonAsync(pipeline, connection, list, earliest: 1);

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        Assert.Equal(batch, (string)Assert.Single(held["holds"]!.AsArray())!["batchId"]!);
    }

    /// <summary>With a damaged number, an entry would send the people of another body, or its own to another list or in another order.</summary>
    [Theory]
    [InlineData("body_id", 1)]
    [InlineData("rule_id", 1)]
    [InlineData("rule_id", 0)]
    [InlineData("batch_id", 3)]
    [InlineData("project_id", 2)]
    [InlineData("received", 1)]
    [InlineData("received", 7)]
    [InlineData("received_at", 9)]
    [InlineData("latest", 30)]
    public async Task An_entry_that_is_damaged_itself_sends_nobody_and_is_discarded(string column, int bit)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        foreach (var paused in new[] { other, connection }) (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause")).Expect(200);
        await pipeline.PostAsync(other, Wire.Add("o@x.com"));
        await pipeline.PostAsync(other, Wire.Add("p@x.com"));
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        // the third of the bodies: one bit leads to the first; the second of the rules: one bit leads to none
        Assert.True(StoredBits.In(pipeline.Service.Folder).Single(v => v.Name == $"entries.{column}" && v.Where == "seq = 3").TryFlip(pipeline.Service.Folder, bit));
        foreach (var paused in new[] { other, connection }) (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/resume")).Expect(200);

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        await pipeline.ConnectionAsync(other, c => (long)c["status"]!["pending"]! == 0);

        Assert.Contains("does not fit its checksum", (string)held["holdDetail"]!, StringComparison.Ordinal);
        var moved = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{list}},"toListId":{{otherList}}}""")).Expect(200);
        Assert.Equal(0, (long)moved["moved"]!);
        Assert.Empty(pipeline.EmailsOn(list));
        Assert.Equal(["o@x.com", "p@x.com"], pipeline.EmailsOn(otherList));
        // no other person is shown in its place
        var discarded = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/discard", "{}")).Expect(200);
        Assert.Equal(1, (long)discarded["discarded"]!);
        var active = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "active" && c["holds"]!.AsArray().Count == 0);
        Assert.Equal((0, 1), ((long)active["status"]!["pending"]!, (long)active["status"]!["dropped"]!));
        // how many changes it has, its body says as well: with that number, it is whole again
        var replayed = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", """{"outcomes":["dropped"]}""")).Expect(200)["batchIds"]!.AsArray();
        foreach (var again in replayed) await pipeline.CompletedAsync((string)again!);
        Assert.Equal(column == "received" ? ["a@x.com"] : [], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task An_entry_that_leads_to_the_body_of_another_does_not_take_it_along_when_its_connection_is_deleted()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        foreach (var paused in new[] { other, connection }) (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause")).Expect(200);
        var waiting = await pipeline.PostAsync(other, Wire.Add("o@x.com"));
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.PostAsync(connection, Wire.Add("b@x.com"));
        // the third of the bodies: one bit leads to the first
        Assert.True(StoredBits.In(pipeline.Service.Folder).Single(v => v.Name == "entries.body_id" && v.Where == "seq = 3").TryFlip(pipeline.Service.Folder, 1));

        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{connection}?discard=true")).Expect(204);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{other}/resume")).Expect(200);

        await pipeline.CompletedAsync(waiting);
        Assert.Equal(["o@x.com"], pipeline.EmailsOn(otherList));
    }

    /// <summary>A step of a move looks at a thousand entries. Those that cannot be moved stay, and must not be all that the next step looks at.</summary>
    [Fact]
    public async Task Behind_many_entries_that_are_damaged_the_others_are_moved()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        await TestStore.RepeatDamagedAsync(pipeline.Service.Services, await pipeline.PostAsync(connection, Wire.Add("a@x.com")), 1001);
        await pipeline.PostAsync(connection, Wire.Add("b@x.com"));

        var moved = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{list}},"toListId":{{list + 1}}}""")).Expect(200);

        Assert.Equal(2, (long)moved["moved"]!);
    }

    [Fact]
    public async Task A_list_name_with_a_null_character_is_not_taken_for_damaged()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ""","listName":"a\u0000name" """);

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
    }

    /// <summary>What is accepted under a damaged rule would be held as well, again and again: the next request writes the rule anew, and all of it can go.</summary>
    [Theory]
    [InlineData("list_id", 1)]
    [InlineData("content_sum", 17)]
    public async Task A_rule_that_is_damaged_sends_nobody_until_the_next_request_writes_it_anew(string column, int bit)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (_, otherList) = await pipeline.ConnectAsync();
        var (_, thirdList) = await pipeline.ConnectAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        Assert.True(StoredBits.In(pipeline.Service.Folder).Single(v => v.Name == $"rules.{column}").TryFlip(pipeline.Service.Folder, bit));
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        await pipeline.PostAsync(connection, Wire.Add("b@x.com"));
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["delivered"]! == 2);
        Assert.Contains("damaged", (string)held["holdDetail"]!, StringComparison.Ordinal);
        Assert.Equal(["a@x.com", "b@x.com"], pipeline.EmailsOn(list));
        Assert.Empty(pipeline.EmailsOn(otherList).Concat(pipeline.EmailsOn(thirdList)));
    }

    [Theory]
    [InlineData("gone", "missing from the database")]
    [InlineData("garbage", "do not fit their checksum")]
    [InlineData("cut", "do not fit their checksum")]
    [InlineData("garbage old", "which this version does not know")]
    [InlineData("cut old", "damaged")]
    [InlineData("future", "form 99")]
    public async Task Changes_that_are_damaged_hold_their_connection_until_they_are_discarded_and_hide_nobody_else(string how, string said)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("ann@x.com"));
        var behind = await pipeline.PostAsync(connection, Wire.Add("ann@x.com"));
        await TestStore.DamageAsync(pipeline.Service.Services, batch, how);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("c@x.com")));

        var hold = Assert.Single(held["holds"]!.AsArray())!;
        Assert.Equal((batch, "internalError"), ((string)hold["batchId"]!, (string)hold["reason"]!));
        // an error of the disk is told from one of the service, where the store can know
        Assert.Equal(how is "gone" or "garbage" or "cut", ((string)hold["detail"]!).StartsWith($"Batch {batch} cannot be processed because its stored data is damaged: ", StringComparison.Ordinal));
        Assert.Contains(pipeline.Service.Logs, line => line.Contains(said, StringComparison.Ordinal) && line.Contains(batch, StringComparison.Ordinal));
        Assert.Equal(["c@x.com"], pipeline.EmailsOn(otherList));

        var discarded = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/discard", $$"""{"batchId":"{{batch}}"}""")).Expect(200);

        Assert.Equal(2, (long)discarded["discarded"]!);
        await pipeline.CompletedAsync(behind);
        Assert.Equal(["ann@x.com"], pipeline.EmailsOn(list));
        Assert.Equal(2, (long)(await pipeline.CompletedAsync(batch))["counts"]!["dropped"]!);
        var members = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200)["items"]!.AsArray();
        Assert.Equal(2, members.Count);
        Assert.Contains("cannot be shown", (string)members[1]!["detail"]!, StringComparison.Ordinal);
        var found = (await pipeline.Service.PostAsync("/api/v1/members/search", """{"email":"ann@x.com"}""")).Expect(200)["items"]!.AsArray();
        Assert.Contains(found, f => (string)f!["batchId"]! == behind);
        var replay = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", """{"outcomes":["dropped"],"dryRun":true}""")).Expect(200);
        // what cannot be read cannot be sent again
        Assert.Equal(how == "cut old" ? 1 : 0, (long)replay["members"]!);
    }

    [Fact]
    public async Task Resuming_tries_the_entry_again_and_holds_again()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await PoisonAsync(pipeline, connection, list);
        await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        var holds = (await pipeline.Service.GetAsync($"/api/v1/connections/{connection}/history")).Expect(200)["items"]!.AsArray();
        Assert.Equal(2, holds.Count(h => (string)h!["reason"]! == "internalError"));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_still_holds_after_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (poisoned, poisonedList) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var batch = await PoisonAsync(pipeline, poisoned, poisonedList);
        await pipeline.ConnectionAsync(poisoned, c => (string)c["state"]! == "held");

        await pipeline.RestartAsync();

        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));
        Assert.Equal(["b@x.com"], pipeline.EmailsOn(otherList));
        var held = await pipeline.ConnectionAsync(poisoned, _ => true);
        Assert.Equal(batch, (string)Assert.Single(held["holds"]!.AsArray())!["batchId"]!);
        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{poisoned}?discard=true")).Expect(204);
    }

    /// <summary>An entry whose bytes are no change: what a flipped page or a bug would leave.</summary>
    private static async Task<string> PoisonAsync(Pipeline pipeline, string connection, long list, long? earliest = null)
    {
        var services = pipeline.Service.Services;
        Assert.True(FeedId.TryParse(connection, out var id));
        Assert.True(pipeline.Service.Directory.TryGet(id, out var known));
        Assert.True(pipeline.Service.Directory.TryGet(known.ProjectId, out var project));
        var clock = services.GetRequiredService<TimeProvider>();
        var rule = EntryRule.For(known, known.RuleFor(project));
        var chunk = new Chunk { Count = 1, Changes = new byte[] { 0xFF, 0xFF, 0xFF }, Members = Array.Empty<byte>(), Earliest = earliest, Dropped = DroppedChanges.None, Latest = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        var batch = new NewBatch
        {
            Id = BatchId.New(clock),
            ProjectId = known.ProjectId,
            FeedId = id,
            Source = known.Source,
            ReceivedAt = clock.GetUtcNow(),
            Rule = rule,
            Chunks = [chunk],
        };
        Assert.Equal(list, rule.ListId);
        await services.GetRequiredService<IEntryJournal>().AcceptAsync([batch], null);
        return batch.Id.ToString();
    }
}
