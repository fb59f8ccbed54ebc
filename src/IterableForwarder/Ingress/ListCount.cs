using IterableForwarder.Changes;

namespace IterableForwarder.Ingress;

/// <summary>
/// The different lists that a request names for each audience. Each becomes a rule and an entry of its own, so one request must not name very many.
/// </summary>
/// <param name="max">At most so many for an audience.</param>
internal sealed class ListCount(int max)
{
    private readonly Dictionary<FeedId, HashSet<long>> _lists = [];

    /// <summary>False where the list is one too many.</summary>
    /// <param name="connection">Of the audience.</param>
    /// <param name="list">Null for none, which is a list like any other.</param>
    public bool TryAdd(FeedId connection, long? list)
    {
        if (!_lists.TryGetValue(connection, out var known)) _lists[connection] = known = [];
        return known.Contains(list ?? 0) || (known.Count < max && known.Add(list ?? 0));
    }
}
