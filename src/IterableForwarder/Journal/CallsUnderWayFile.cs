using System.Buffers.Binary;
using IterableForwarder.Changes;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace IterableForwarder.Journal;

/// <summary>
/// The calls under way as a file in the data folder: a slot of 32 bytes for each, written without a sync. The operating system
/// keeps what a killed process has written, so this costs two writes of some microseconds a call where a commit would cost a sync.
/// </summary>
internal sealed class CallsUnderWayFile(IOptions<StorageOptions> options, TimeProvider time, ILogger<CallsUnderWayFile> log)
    : ICallsUnderWay, IJournalPart, IDisposable
{
    private const string FileName = "calls-under-way";

    /// <summary>The connection, when the attempt began, and until when it may land: 16, 8 and 8 bytes; all zero when free.</summary>
    private const int SlotBytes = 32;

    private static readonly byte[] Nothing = new byte[SlotBytes];

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly Dictionary<FeedId, DateTimeOffset> _before = [];
    private SafeFileHandle? _file;
    private int _slots;

    public Task LoadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_file is not null) return Task.CompletedTask;
            var file = File.OpenHandle(Path.Combine(options.Value.DataFolder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            Read(file);
            _file = file;
        }
        return Task.CompletedTask;
    }

    public ICallUnderWay Begin(FeedId feed)
    {
        lock (_lock) return new Call(this, feed, _free.TryPop(out var slot) ? slot : _slots++);
    }

    public TimeSpan LeftFromBefore(FeedId feed)
    {
        lock (_lock)
        {
            if (!_before.TryGetValue(feed, out var until)) return TimeSpan.Zero;
            var left = until - _time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Read(SafeFileHandle file)
    {
        var content = new byte[RandomAccess.GetLength(file)];
        _ = RandomAccess.Read(file, content, 0);
        _slots = content.Length / SlotBytes;
        var now = _time.GetUtcNow();
        for (var slot = _slots - 1; slot >= 0; slot--)
        {
            var span = content.AsSpan(slot * SlotBytes, SlotBytes);
            var began = TimeIn(span[16..]);
            var mayTake = TimeIn(span[24..]) - began;
            // with the clock set back, all that is known is how long it may take
            var until = (now < began ? now : began) + mayTake;
            if (until <= now)
            {
                _free.Push(slot);
                continue;
            }
            // its slot stays as it is: should this process die soon, the next one has to know as well
            var feed = new FeedId(new Guid(span[..16], bigEndian: true));
            if (!_before.TryGetValue(feed, out var known) || known < until) _before[feed] = until;
        }
    }

    private static DateTimeOffset TimeIn(ReadOnlySpan<byte> span) => DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(span));

    private void Write(int slot, ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_file!, content, (long)slot * SlotBytes);
        }
        catch (IOException e)
        {
            JournalLog.CallNotMarked(log, e.Message);
        }
    }

    private sealed class Call(CallsUnderWayFile file, FeedId feed, int slot) : ICallUnderWay
    {
        public void Attempt(TimeSpan mayTake)
        {
            Span<byte> content = stackalloc byte[SlotBytes];
            var now = file._time.GetUtcNow();
            feed.Value.TryWriteBytes(content, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(content[16..], now.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteInt64LittleEndian(content[24..], (now + mayTake).ToUnixTimeMilliseconds());
            file.Write(slot, content);
        }

        public void Answered() => file.Write(slot, Nothing);

        public void End()
        {
            Answered();
            lock (file._lock) file._free.Push(slot);
        }
    }
}
