using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Tests.Hosting;

/// <summary>A disk that is as full as a test says, whatever it holds.</summary>
internal sealed class FakeDisk(long free, long size) : IDisk
{
    private long _free = free;

    public void SetFree(long bytes) => Interlocked.Exchange(ref _free, bytes);

    public DiskSpace? Look() => new(Interlocked.Read(ref _free), size);
}
