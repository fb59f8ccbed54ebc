using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.State;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Model;

/// <summary>What holds at every moment: nothing leaves that may not, and whatever waits is explained, is tried again soon, and can be ended.</summary>
internal sealed class Watch
{
    /// <summary>From the moment a request leaves until Iterable has it whole, on a machine that has much else to do.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(1);

    /// <summary>An operator is told when it is tried again, and that is soon.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>A key that was refused for longer than this is tried less and less often, down to once an hour; in a program, only a clock that was set makes a hold so old.</summary>
    private static readonly TimeSpan LongRefused = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan MaxProbe = TimeSpan.FromHours(1);

    /// <summary>Reasons and times are shown a moment after what they speak of.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<(long[] Lists, DateTimeOffset From, DateTimeOffset To)> _pauses = [];
    private readonly Dictionary<string, DateTimeOffset> _replaced = [];
    private long _checked;

    /// <summary>The connection is paused: nothing goes to its lists from now on.</summary>
    public void Pause(ModelConnection connection)
    {
        if (!connection.IsPaused) _pauses.Add((connection.Lists, Now + OnItsWay, DateTimeOffset.MaxValue));
    }

    /// <summary>The connection is about to be resumed.</summary>
    public void Resume(ModelConnection connection)
    {
        if (_pauses.FindIndex(p => p.Lists == connection.Lists && p.To == DateTimeOffset.MaxValue) is >= 0 and var open) _pauses[open] = _pauses[open] with { To = Now };
    }

    /// <summary>A project has another key.</summary>
    public void Replace(string apiKey) => _replaced[EndOf(apiKey)] = Now + OnItsWay;

    public void AssertNothingLeft(SandboxState iterable)
    {
        foreach (var call in iterable.Calls().Where(c => c.Sequence > _checked))
        {
            var keyIsOld = call.ApiKeyEnd is { } end && _replaced.TryGetValue(end, out var since) && call.Time > since;
            Assert.False(keyIsOld, $"call {call.Sequence} left with a key that was replaced");
            var during = _pauses.Where(p => p.From < call.Time && call.Time < p.To).ToList();
            if (during.Count > 0 && ListOf(call) is { } list) Assert.False(during.Exists(p => p.Lists.Contains(list)), $"call {call.Sequence} to list {list} left while its connection was paused");
            _checked = Math.Max(_checked, call.Sequence);
        }
    }

    public static Task AssertWaitsAreExplainedAsync(ModelWorld world) =>
        Eventually.GetAsync(world.StatusAsync, connections => connections.All(c => IsExplained(c!.AsObject(), world.ServiceTime)), Patience);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static bool IsExplained(JsonObject connection, DateTimeOffset now)
    {
        var status = connection["status"]!;
        if ((long)status["pending"]! == 0) return true;
        if (status["waitsFor"] is not { } waits) return false;
        var until = waits["until"] is { } at ? DateTimeOffset.Parse((string)at!, null) : default(DateTimeOffset?);
        var state = (string)connection["state"]!;
        var reason = (string)waits["reason"]!;
        var isLongRefused = reason == "projectHold" && connection["heldSince"] is { } since && DateTimeOffset.Parse((string)since!, null) < now - LongRefused;
        return (until is null || until <= now + (isLongRefused ? MaxProbe : Soon)) && reason switch
        {
            // a resume ends it
            "pause" => state == "paused",
            "projectHold" => until is not null && state is "held" or "paused",
            // a resume or a discard ends it, and a probe
            "hold" => until is not null && connection["holds"]!.AsArray().Any(h => (long)h!["pending"]! > 0),
            "rateLimit" or "backOff" or "takeOver" => until is not null,
            "queue" or "listCreation" => true,
            _ => false,
        };
    }

    private static long? ListOf(SandboxCall call) =>
        call.Path is "/api/lists/subscribe" or "/api/lists/unsubscribe" && call.Body is { } body ? JsonDocument.Parse(body).RootElement.GetProperty("listId").GetInt64() : null;

    private static string EndOf(string apiKey) => apiKey[^4..];
}
