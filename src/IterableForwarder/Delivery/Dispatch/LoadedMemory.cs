namespace IterableForwarder.Delivery.Dispatch;

/// <summary>How much a feed may take into memory.</summary>
internal enum LoadRoom
{
    /// <summary>Nothing, until others are done with some of theirs.</summary>
    None,

    /// <summary>What one call carries.</summary>
    OneCall,

    /// <summary>A whole window.</summary>
    Window,
}

/// <summary>
/// Counts what all feeds of the process have in memory on their way to Iterable, so that it stays bounded however many there
/// are. Past the limit each still gets one call's worth, so that a large backlog here starves nobody there; past twice the limit
/// they wait for one another.
/// </summary>
internal sealed class LoadedMemory(long most)
{
    /// <summary>What a change takes besides its bytes: its node in the planner (90), its places in two maps (70) and a queue (8).</summary>
    private const int PerChange = 170;

    /// <summary>What an entry takes besides its changes.</summary>
    private const int PerEntry = 300;

    private long _bytes;

    /// <summary>What is taken now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public LoadRoom Room => Bytes switch
    {
        var bytes when bytes < most => LoadRoom.Window,
        var bytes when bytes < 2 * most => LoadRoom.OneCall,
        _ => LoadRoom.None,
    };

    public static long CostOf(int pendingChanges, long bytes) => bytes + PerEntry + ((long)PerChange * pendingChanges);

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void GiveBack(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
