namespace IterableForwarder.Tests.Architecture;

/// <summary>Which folder refers to which, and by which type: "Delivery.Dispatch.Settler → Journal.OutcomeReader".</summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, List<string>>> _edges = new(StringComparer.Ordinal);

    /// <param name="references">Names of types, each with the name of a type it refers to.</param>
    /// <param name="folderOf">The folder of a type; null leaves the type out.</param>
    public FolderGraph(IEnumerable<(string From, string To)> references, Func<string, string?> folderOf)
    {
        foreach (var (from, to) in references)
        {
            if (folderOf(from) is { } user && folderOf(to) is { } used && user != used) Reasons(user, used).Add($"{from} → {to}");
        }
    }

    public IEnumerable<(string From, string To, IReadOnlyList<string> Reasons)> Edges =>
        _edges.SelectMany(from => from.Value.Select(to => (from.Key, to.Key, (IReadOnlyList<string>)to.Value)));

    /// <summary>Sets of folders of which each reaches all others of its set.</summary>
    public IReadOnlyList<string[]> Cycles() =>
        [.. _edges.Keys.Select(folder => ReachedFrom(folder).Where(other => ReachedFrom(other).Contains(folder)).Order(StringComparer.Ordinal).ToArray())
            .Where(cycle => cycle.Length > 0).DistinctBy(cycle => string.Join(',', cycle))];

    /// <summary>A line for each folder, with the number of references to each folder it uses.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, _edges.Select(from => $"{from.Key} → {string.Join(", ", from.Value.Select(to => $"{to.Key} ({to.Value.Count})"))}"));

    private List<string> Reasons(string from, string to)
    {
        if (!_edges.TryGetValue(from, out var used)) _edges[from] = used = new(StringComparer.Ordinal);
        if (!used.TryGetValue(to, out var reasons)) used[to] = reasons = [];
        return reasons;
    }

    /// <summary>All folders that a folder refers to, also through others; itself if there is a way back.</summary>
    private HashSet<string> ReachedFrom(string folder)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var next))
        {
            if (!_edges.TryGetValue(next, out var used)) continue;
            foreach (var other in used.Keys.Where(reached.Add)) open.Push(other);
        }
        return reached;
    }
}
