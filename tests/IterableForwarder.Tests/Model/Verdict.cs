using System.Text.Json.Nodes;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Model;

/// <summary>Compares what the service and Iterable say with what the ledger says.</summary>
internal static class Verdict
{
    /// <summary>At any moment.</summary>
    public static async Task AssertAccountsAddUpAsync(ModelWorld world)
    {
        var statuses = (await world.StatusAsync()).ToDictionary(c => (string)c!["id"]!, c => c!["status"]!);
        for (var c = 0; c < Step.Connections; c++)
        {
            var status = statuses[world.Connections[c].Id];
            var sum = ((string[])["pending", "delivered", "superseded", "dropped", "rejected"]).Sum(name => (long)status[name]!);
            var accepted = world.Ledger.Changes.Count(change => change.Connection == c);
            Assert.True(sum == accepted, $"connection {c} has accepted {accepted} changes and accounts for {sum}: {status.ToJsonString()}");
        }
        foreach (var batch in world.Batches.TakeLast(2)) AssertAddsUp(batch, (await world.BatchAsync(batch))["counts"]!);
    }

    /// <summary>Once nothing is pending.</summary>
    public static async Task AssertAllIsWellAsync(ModelWorld world)
    {
        var sent = SentCalls.Read(world);
        foreach (var batch in world.Batches) await AssertOutcomesAsync(world, batch);
        for (var c = 0; c < Step.Connections; c++)
        {
            foreach (var list in world.Connections[c].Lists) AssertMembers(world, sent, c, list);
            AssertFields(world, sent, c);
        }
    }

    /// <summary>Where nothing went wrong, nobody is told twice.</summary>
    public static void AssertNobodyIsToldTwice(ModelWorld world)
    {
        foreach (var list in world.Connections.SelectMany(c => c.Lists))
        {
            var said = world.Ledger.Changes.Where(c => c.List == list && c.Counts).CountBy(c => c.Who.Person).ToDictionary();
            foreach (var sends in world.Iterable.Sends(list))
            {
                var person = PersonOf(world.TypeOf(list), sends.Email, sends.UserId);
                var most = said.GetValueOrDefault(person);
                Assert.True(sends.Adds + sends.Removes <= most, $"list {list} was told {sends.Adds + sends.Removes} times about {person}, of whom {most} changes were accepted");
            }
        }
    }

    private static async Task AssertOutcomesAsync(ModelWorld world, ModelBatch batch)
    {
        var account = await world.BatchAsync(batch);
        var counts = account["counts"]!;
        AssertAddsUp(batch, counts);
        var undelivered = (await world.UndeliveredAsync(batch)).ToDictionary(m => (int)m["index"]!);
        Assert.Equal((long)counts["dropped"]! + (long)counts["rejected"]!, undelivered.Count);
        var (minNeedless, maxNeedless) = (0, 0);
        for (var i = 0; i < batch.Changes.Count; i++)
        {
            var allowed = world.Ledger.AllowedFor(batch.Changes[i]);
            if (undelivered.TryGetValue(i, out var member))
            {
                AssertRefusal(batch, i, allowed, member);
                continue;
            }
            Assert.True(allowed.Delivered || allowed.Superseded, $"{Of(batch, i)} was delivered or superseded, where it had to be one of {string.Join(", ", allowed.Reasons)}");
            if (allowed.Superseded) maxNeedless++;
            if (!allowed.Delivered) minNeedless++;
        }
        Assert.True(
            (long)counts["superseded"]! >= minNeedless && (long)counts["superseded"]! <= maxNeedless,
            $"of {Of(batch, 0)}… between {minNeedless} and {maxNeedless} changes may be superseded: {counts.ToJsonString()}");
    }

    private static void AssertAddsUp(ModelBatch batch, JsonNode counts)
    {
        var sum = ((string[])["pending", "delivered", "superseded", "dropped", "rejected"]).Sum(name => (long)counts[name]!);
        Assert.True(sum == (long)counts["received"]! && sum == batch.Changes.Count, $"a batch of {batch.Changes.Count} is accounted for as {counts.ToJsonString()}");
    }

    private static void AssertRefusal(ModelBatch batch, int index, Allowed allowed, JsonObject member)
    {
        var change = batch.Changes[index];
        var reason = (string)member["reason"]!;
        Assert.True(allowed.Reasons.Contains(reason), $"{Of(batch, index)} ended as {member.ToJsonString()}");
        Assert.Equal(change.Who.IsDropped || reason == "discarded" ? "dropped" : "rejected", (string)member["outcome"]!);
        Assert.Equal(change.Said.Adds ? "add" : "remove", (string)member["action"]!);
    }

    private static void AssertMembers(ModelWorld world, SentCalls sent, int connection, long list)
    {
        var onList = world.Iterable.Members(list).Select(m => PersonOf(world.TypeOf(list), m.Email, m.UserId)).ToHashSet();
        foreach (var changes in CountingOf(world, connection).Where(c => c.List == list).GroupBy(c => c.Who.Person))
        {
            var person = changes.Key;
            var isThere = onList.Remove(person);
            var last = changes.Last();
            if (world.Ledger.IsUnsure(last) || sent.HaveCrossed(list, person)) continue;
            if (last.Who.Fate == Fate.Forgettable && world.Ledger.IsForgotten(last))
            {
                Assert.False(isThere, $"{person} is forgotten, and on list {list}");
                continue;
            }
            if (last.Said.Adds && world.Ledger.IsBeforeDeletion(last)) continue;
            Assert.True(isThere == last.Said.Adds, $"{person} {(isThere ? "is" : "is not")} on list {list} of connection {connection}; said last was: {last.Said.Tell(Step.CastOf(connection))}");
        }
        onList.ExceptWith(CountingOf(world, connection).Where(world.Ledger.MayBeMovedOrDiscarded).Select(c => c.Who.Person));
        Assert.True(onList.Count == 0, $"on list {list} of connection {connection} are {string.Join(", ", onList.Take(5))}, of whom nothing was said");
    }

    /// <summary>Only where the last attribute must have been sent.</summary>
    private static void AssertFields(ModelWorld world, SentCalls sent, int connection)
    {
        var users = world.Iterable.Users(world.KeyOf(Step.ProjectOf(connection))).ToLookup(u => PersonOf(Step.Types[Step.ProjectOf(connection)], u.Email, u.UserId));
        foreach (var changes in CountingOf(world, connection).GroupBy(c => c.Who.Person).Select(g => g.ToArray()))
        {
            var last = Array.FindLastIndex(changes, c => c.Said is { Adds: true, Plan: not 0 });
            if (last < 0 || changes.Select(c => c.List).Distinct().Count() > 1) continue;
            var carrier = changes[last];
            if (world.Ledger.IsUnsure(carrier) || world.Ledger.IsForgotten(carrier) || sent.HaveCrossed(carrier.List, carrier.Who.Person)) continue;
            if (!world.Ledger.MustSend(carrier)) continue;
            var fields = JsonNode.Parse(Assert.Single(users[carrier.Who.Person]).DataFields ?? "{}")!;
            Assert.True(
                (int?)fields[$"plan{connection}"] == carrier.Said.Plan,
                $"{carrier.Who.Person} of connection {connection} has the fields {fields.ToJsonString()}; said last was: {carrier.Said.Tell(Step.CastOf(connection))}");
        }
    }

    /// <summary>What must have its say at Iterable, in order.</summary>
    private static IEnumerable<Accepted> CountingOf(ModelWorld world, int connection) =>
        world.Ledger.Changes.Where(c => c.Connection == connection && c.Counts && c.Who.Fate is not (Fate.Conflict or Fate.Invalid));

    /// <summary>By what people are told apart, as in <see cref="Identity.Person"/>.</summary>
    private static string PersonOf(ProjectType type, string? email, string? userId) => (type == ProjectType.UserId ? userId : email) ?? "";

    private static string Of(ModelBatch batch, int index) => $"change {index} of a batch of connection {batch.Connection} ({batch.Changes[index].Said.Tell(Step.CastOf(batch.Connection))})";
}
