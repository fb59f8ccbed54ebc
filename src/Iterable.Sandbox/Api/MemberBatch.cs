using System.Buffers;
using Iterable.Sandbox.Identity;

namespace Iterable.Sandbox.Api;

/// <summary>The members of one request. A thousand fill 100 KB, too much to leave to the collector on every call.</summary>
internal sealed class MemberBatch : IDisposable
{
    private MemberInput[] _items = ArrayPool<MemberInput>.Shared.Rent(1024);

    public int Count { get; private set; }

    public Span<MemberInput> Items => _items.AsSpan(0, Count);

    public void Add(in MemberInput member)
    {
        if (Count == _items.Length) Grow();
        _items[Count++] = member;
    }

    public void Dispose()
    {
        ArrayPool<MemberInput>.Shared.Return(_items, clearArray: true);
        _items = [];
        Count = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<MemberInput>.Shared.Rent(_items.Length * 2);
        Items.CopyTo(larger);
        ArrayPool<MemberInput>.Shared.Return(_items, clearArray: true);
        _items = larger;
    }
}
