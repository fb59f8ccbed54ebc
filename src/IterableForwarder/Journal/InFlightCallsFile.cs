using System.Buffers.Binary;
using System.IO.Hashing;
using IterableForwarder.Changes;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace IterableForwarder.Journal;

/// <summary>
/// The calls in flight as a file in the data folder: a slot of 32 bytes for each, written without a sync. The operating system
/// keeps what a killed process has written, so this costs two writes of some microseconds a call where a commit would cost a sync.
/// </summary>
internal sealed class InFlightCallsFile(IOptions<StorageOptions> options, TimeProvider time, ILogger<InFlightCallsFile> log)
    : IInFlightCalls, IJournalPart, IDisposable
{
    private const string FileName = "calls-under-way";

    /// <summary>
    /// The connection, when the attempt began, for how many milliseconds it may land, and the checksum of these: 16, 8, 4 and 4 bytes; all zero
    /// when free. In files of earlier versions the last 8 bytes are the time until when it may land.
    /// </summary>
    private const int SlotBytes = 32;

    private const int ChecksumAt = SlotBytes - sizeof(uint);

    /// <summary>No attempt may take longer: what says so is not a slot of ours, as where a power cut left anything in the file.</summary>
    private static readonly TimeSpan MaxAttempt = TimeSpan.FromHours(1);

    /// <summary>32 MB, of a million calls in flight: what is longer is not read, and its length is no reason to take memory.</summary>
    private const int MaxSlots = 1 << 20;

    private static readonly byte[] Nothing = new byte[SlotBytes];

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();

    /// <summary>Until when calls of the process before may land, as a timestamp of the monotonic clock.</summary>
    private readonly Dictionary<FeedId, long> _before = [];
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

    public IInFlightCall Begin(FeedId feed)
    {
        lock (_lock) return new Call(this, feed, _free.TryPop(out var slot) ? slot : _slots++);
    }

    public TimeSpan LeftFromBefore(FeedId feed)
    {
        lock (_lock)
        {
            if (!_before.TryGetValue(feed, out var until)) return TimeSpan.Zero;
            var left = _time.GetElapsedTime(_time.GetTimestamp(), until);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Read(SafeFileHandle file)
    {
        var content = new byte[Math.Min(RandomAccess.GetLength(file), (long)MaxSlots * SlotBytes)];
        var length = RandomAccess.Read(file, content, 0);
        _slots = length / SlotBytes;
        for (var slot = _slots - 1; slot >= 0; slot--)
        {
            var span = content.AsSpan(slot * SlotBytes, SlotBytes);
            var left = LeftOf(span);
            if (left <= TimeSpan.Zero)
            {
                _free.Push(slot);
                continue;
            }
            // its slot stays as it is: should this process die soon, the next one has to know as well
            var feed = new FeedId(new Guid(span[..16], bigEndian: true));
            var until = _time.GetTimestamp() + (long)(left.TotalSeconds * _time.TimestampFrequency);
            if (!_before.TryGetValue(feed, out var known) || known < until) _before[feed] = until;
        }
    }

    /// <summary>How long the call may still land; zero or less where it cannot any more, or the slot says nothing that can be true.</summary>
    private TimeSpan LeftOf(ReadOnlySpan<byte> slot)
    {
        var began = BinaryPrimitives.ReadInt64LittleEndian(slot[16..]);
        var until = BinaryPrimitives.ReadUInt32LittleEndian(slot[ChecksumAt..]) == ChecksumOf(slot)
            ? began + BinaryPrimitives.ReadUInt32LittleEndian(slot[24..])
            : BinaryPrimitives.ReadInt64LittleEndian(slot[24..]);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (began <= 0 || until < began || until - began > MaxAttempt.TotalMilliseconds) return TimeSpan.Zero;
        // with the clock set back, all that is known is how long it may take
        return TimeSpan.FromMilliseconds(now < began ? until - began : until - now);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> slot) => XxHash32.HashToUInt32(slot[..ChecksumAt]);

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

    private sealed class Call(InFlightCallsFile file, FeedId feed, int slot) : IInFlightCall
    {
        public void Attempt(TimeSpan mayTake)
        {
            Span<byte> content = stackalloc byte[SlotBytes];
            feed.Value.TryWriteBytes(content, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(content[16..], file._time.GetUtcNow().ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteUInt32LittleEndian(content[24..], (uint)mayTake.TotalMilliseconds);
            BinaryPrimitives.WriteUInt32LittleEndian(content[ChecksumAt..], ChecksumOf(content));
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
