using System.Text.Json;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Model;

/// <summary>What Iterable was sent, call by call.</summary>
internal sealed class SentCalls
{
    private readonly IReadOnlyList<DateTimeOffset> _restarts;
    private readonly List<(SandboxCall Call, long List, string[] People)> _calls = [];
    private readonly HashSet<(long List, string Person)> _crossed = [];

    private SentCalls(IReadOnlyList<DateTimeOffset> restarts) => _restarts = restarts;

    /// <summary>Reads the log, and fails where a call is not as it should be.</summary>
    public static SentCalls Read(ModelWorld world)
    {
        var sent = new SentCalls(world.Restarts);
        foreach (var call in world.Iterable.Calls().Where(c => c.Path is "/api/lists/subscribe" or "/api/lists/unsubscribe")) sent.Add(world, call);
        sent.FindCrossed();
        return sent;
    }

    /// <summary>Whether a call about them was given up before Iterable had decided it, and another one overtook it: then the older may have the last word.</summary>
    public bool HaveCrossed(long list, string person) => _crossed.Contains((list, person));

    private void Add(ModelWorld world, SandboxCall call)
    {
        var body = JsonDocument.Parse(call.Body!).RootElement;
        var members = body.GetProperty("subscribers").EnumerateArray().ToArray();
        Assert.InRange(members.Length, 1, 1000);
        var list = body.GetProperty("listId").GetInt64();
        var type = world.TypeOf(list);
        foreach (var name in IdentifiersIn(type))
        {
            var twice = members.Select(m => Text(m, name)).OfType<string>().CountBy(v => v).FirstOrDefault(v => v.Value > 1).Key;
            Assert.True(twice is null, $"call {call.Sequence} carries {twice} twice");
        }
        _calls.Add((call, list, [.. members.Select(m => Text(m, type == ProjectType.UserId ? "userId" : "email") ?? "")]));
    }

    /// <summary>Nobody may be in one call twice; what does not identify may be shared by any number.</summary>
    private static string[] IdentifiersIn(ProjectType type) => type switch
    {
        ProjectType.Email => ["email"],
        ProjectType.UserId => ["userId"],
        _ => ["email", "userId"],
    };

    private void FindCrossed()
    {
        var lastOf = new Dictionary<(long, string), SandboxCall>();
        foreach (var (call, list, people) in _calls)
        {
            foreach (var person in people)
            {
                if (lastOf.TryGetValue((list, person), out var before) && !(before.EndedAt <= call.Time)) Cross(before, call, list, person);
                if (!lastOf.TryGetValue((list, person), out var latest) || !(latest.EndedAt > call.EndedAt)) lastOf[(list, person)] = call;
            }
        }
    }

    private void Cross(SandboxCall before, SandboxCall call, long list, string person)
    {
        // what hangs is never applied, and when the client went is seen a little later
        if (before.Fault == "hang") return;
        var wasGivenUp = before.EndedAt - before.Time >= ModelWorld.AttemptTimeout / 2 || _restarts.Any(r => before.Time <= r && r <= call.Time);
        Assert.True(wasGivenUp, $"calls {before.Sequence} and {call.Sequence} about {person} on list {list} were in flight together");
        _crossed.Add((list, person));
    }

    private static string? Text(JsonElement member, string name) => member.TryGetProperty(name, out var value) ? value.GetString() : null;
}
