using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>Every account the service has, as its API shows it.</summary>
internal sealed class Accounts
{
    private readonly List<JsonObject> _batches = [];
    private readonly List<JsonObject> _connections = [];

    public long Received => Sum("received");

    public long Delivered => Sum("delivered");

    public long Superseded => Sum("superseded");

    public long Dropped => Sum("dropped");

    public long Rejected => Sum("rejected");

    public static async Task<Accounts> ReadAsync(Fleet fleet, ServiceProcess service)
    {
        var accounts = new Accounts();
        accounts._connections.AddRange(await PagesAsync(service, $"/api/v1/connections?projectId={fleet.ProjectId}&limit=200"));
        foreach (var connection in accounts._connections)
            accounts._batches.AddRange(await PagesAsync(service, $"/api/v1/batches?connectionId={(string)connection["id"]!}&limit=200"));
        return accounts;
    }

    /// <summary>What does not add up; empty when all does.</summary>
    public List<string> Check(Fleet fleet) =>
    [
        .. _batches.Where(b => Count(b, "pending") != 0 || Total(b) != Count(b, "received") || (string)b["state"]! != "completed").Select(b => b.ToJsonString()),
        .. _connections.SelectMany(CheckConnection),
        .. fleet.Writers.SelectMany(CheckAccepted),
        .. fleet.Writers.GroupBy(w => w.Connection).Where(g => g.Key != MParticleWriter.CreatedByTheMessage).SelectMany(g => CheckNumber(g.Key, [.. g])),
        .. CheckMessages([.. fleet.Writers.OfType<MParticleWriter>()]),
    ];

    /// <summary>Each accepted request has its account, and it says who could not be forwarded.</summary>
    private IEnumerable<string> CheckAccepted(Writer writer)
    {
        var byId = _batches.ToDictionary(b => (string)b["id"]!);
        var bySource = _batches.Where(b => b["sourceId"] is not null).ToLookup(b => (string)b["sourceId"]!);
        foreach (var request in writer.Accepted)
        {
            JsonObject[] found = request.BatchId is null ? [.. bySource[request.SourceId!]] : byId.TryGetValue(request.BatchId, out var batch) ? [batch] : [];
            if (found is not [var account]) yield return $"{found.Length} accounts of {request.BatchId ?? request.SourceId}";
            else if ((Count(account, "received"), Count(account, "dropped"), Count(account, "rejected")) != (request.Received, request.Dropped, request.Rejected))
                yield return $"{request.Received} received, {request.Dropped} to be dropped, {request.Rejected} to be rejected: {account.ToJsonString()}";
        }
    }

    /// <summary>Nothing was done twice: the other accounts can only be of requests whose answer was lost.</summary>
    private IEnumerable<string> CheckNumber(string connection, Writer[] writers)
    {
        var number = _batches.Count(b => (string)b["connectionId"]! == connection);
        var accepted = writers.SelectMany(w => w.Accepted).Select(a => a.BatchId).Distinct().Count();
        if (accepted != writers.Sum(w => w.Accepted.Count)) yield return $"two requests of {connection} have one account";
        if (number < accepted || number > accepted + writers.Sum(w => w.Lost)) yield return $"{number} accounts of {connection}, {accepted} accepted and {writers.Sum(w => w.Lost)} lost";
    }

    private IEnumerable<string> CheckMessages(MParticleWriter[] writers)
    {
        var number = _batches.Count(b => (string)b["source"]! == "mparticle");
        if (number != writers.Sum(w => w.Accepted.Count)) yield return $"{number} accounts of {writers.Sum(w => w.Accepted.Count)} messages";
    }

    /// <summary>What a connection counts is what its batches count.</summary>
    private IEnumerable<string> CheckConnection(JsonObject connection)
    {
        var batches = _batches.Where(b => (string)b["connectionId"]! == (string)connection["id"]!).ToArray();
        foreach (var name in (string[])["delivered", "superseded", "dropped", "rejected"])
        {
            var (counted, summed) = ((long)connection["status"]![name]!, batches.Sum(b => Count(b, name)));
            if (counted != summed) yield return $"connection {connection["id"]} counts {counted} {name}, its batches {summed}";
        }
    }

    private static async Task<List<JsonObject>> PagesAsync(ServiceProcess service, string path)
    {
        var items = new List<JsonObject>();
        for (string? after = ""; after is not null;)
        {
            var page = await service.GetAsync(path + after);
            items.AddRange(page["items"]!.AsArray().Select(i => i!.AsObject()));
            after = (string?)page["next"] is { } next ? $"&after={next}" : null;
        }
        return items;
    }

    private static long Count(JsonObject batch, string name) => (long)batch["counts"]![name]!;

    private static long Total(JsonObject batch) => Count(batch, "delivered") + Count(batch, "superseded") + Count(batch, "dropped") + Count(batch, "rejected") + Count(batch, "pending");

    private long Sum(string name) => _batches.Sum(b => Count(b, name));
}
