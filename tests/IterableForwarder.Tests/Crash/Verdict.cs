using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>What Iterable holds and what the accounts say, beside what was accepted.</summary>
internal sealed class Verdict
{
    private const int MaxShown = 10;

    /// <summary>Members who are on a list and should not be, or the other way round, with what was said of them.</summary>
    public required IReadOnlyList<string> Wrong { get; init; }

    /// <summary>Accounts that do not add up.</summary>
    public required IReadOnlyList<string> Unaccounted { get; init; }

    public required string Report { get; init; }

    public static async Task<Verdict> OfAsync(Fleet fleet, ServiceProcess service, IReadOnlyDictionary<string, int>? kills = null)
    {
        var wrong = fleet.Writers.SelectMany(w => WrongOf(w, OnList(fleet, fleet.Lists[w]))).Concat(StrangersOf(fleet)).ToList();
        var accounts = await Accounts.ReadAsync(fleet, service);
        return new()
        {
            Wrong = wrong,
            Unaccounted = accounts.Check(fleet),
            Report = string.Join(Environment.NewLine, ReportOf(fleet, accounts, kills)),
        };
    }

    public void Demand()
    {
        Assert.True(Wrong.Count == 0, Shown("wrong members", Wrong));
        Assert.True(Unaccounted.Count == 0, Shown("accounts do not add up", Unaccounted));
    }

    private string Shown(string what, IReadOnlyList<string> found) =>
        string.Join(Environment.NewLine, [$"{found.Count} {what}:", .. found.Take(MaxShown), Report]);

    private static HashSet<string> OnList(Fleet fleet, long list) => [.. fleet.Sandbox.State.Members(list).Select(m => m.Email!)];

    private static IEnumerable<string> WrongOf(Writer writer, HashSet<string> onList) =>
        writer.Members.Where(m => !m.IsRight(onList.Contains(m.Email))).Select(m => $"{(onList.Contains(m.Email) ? "on" : "off")} the list is {m}");

    private static IEnumerable<string> StrangersOf(Fleet fleet)
    {
        foreach (var list in fleet.Lists.Values.Distinct())
        {
            var known = fleet.Writers.Where(w => fleet.Lists[w] == list).SelectMany(w => w.Members).Select(m => m.Email);
            foreach (var stranger in OnList(fleet, list).Except(known)) yield return $"nobody wrote {stranger}";
        }
    }

    private static IEnumerable<string> ReportOf(Fleet fleet, Accounts accounts, IReadOnlyDictionary<string, int>? kills)
    {
        var sends = fleet.Lists.Values.Distinct().SelectMany(l => fleet.Sandbox.State.Sends(l)).ToArray();
        var sent = sends.Sum(s => (long)s.Adds + s.Removes);
        var members = fleet.Writers.SelectMany(w => w.Members).ToArray();
        if (kills is not null)
        {
            yield return $"kills {kills.Values.Sum()}: {string.Join(", ", kills.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}"))}";
        }
        yield return $"requests accepted {fleet.Accepted}, of them only when sent again {fleet.Writers.Sum(w => w.Repeated)}; never answered {fleet.Writers.Sum(w => w.Lost)}; answered 503 {fleet.Refused}";
        yield return $"changes accepted {accounts.Received}: delivered {accounts.Delivered}, superseded {accounts.Superseded}, dropped {accounts.Dropped}, rejected {accounts.Rejected}";
        yield return $"members compared {members.Count(m => m.MayBeOn != m.MayBeOff)}, undetermined {members.Count(m => m.MayBeOn == m.MayBeOff)}";
        yield return $"sends {sent}, {(double)sent / accounts.Delivered:0.000} for each change delivered, {(double)sent / accounts.Received:0.000} for each change accepted";
        yield return $"calls {string.Join(", ", fleet.Sandbox.State.CallCounts().GroupBy(c => c.Status).OrderBy(g => g.Key).Select(g => $"{g.Key?.ToString() ?? "cut off"}: {g.Sum(c => c.Calls)}"))}";
    }
}
