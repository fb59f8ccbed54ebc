namespace IterableForwarder.Ingress.Body;

/// <summary>Everything that is wrong with a body: the first hundred with their paths, and how many there are in all.</summary>
internal sealed class Faults
{
    private const int Shown = 100;

    private readonly Dictionary<string, List<string>> _shown = [];

    public int Count { get; private set; }

    public IReadOnlyDictionary<string, string[]> ByPath => _shown.ToDictionary(f => f.Key, f => f.Value.ToArray());

    /// <param name="path">Where it is, such as <c>changes[3].action</c>.</param>
    /// <param name="fault">What is wrong, without the value: it may be personal.</param>
    public void Add(string path, string fault)
    {
        if (Count++ >= Shown) return;
        if (!_shown.TryGetValue(path, out var faults)) _shown[path] = faults = [];
        faults.Add(fault);
    }
}
