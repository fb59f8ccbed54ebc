using System.Buffers;

namespace IterableForwarder.Changes;

/// <summary>
/// The compact form in which an entry holds its changes: a byte of flags, the time where there is one, then each value that is
/// there behind its length. It lives in databases: read what was ever written.
/// </summary>
internal static class ChangeCodec
{
    private const byte ActionMask = 0b0000_0011;
    private const byte HasEmail = 1 << 2;
    private const byte HasCustomerId = 1 << 3;
    private const byte HasMpid = 1 << 4;
    private const byte HasAttributes = 1 << 5;
    private const byte HasTime = 1 << 6;
    private const byte Hashed = 1 << 7;

    /// <summary>A 64-bit number in groups of seven bits takes ten bytes at most.</summary>
    private const int LongestNumber = 10;

    public static void Write(IBufferWriter<byte> output, in Change change) => output.Advance(Write(output.GetSpan(MaxLength(change)), change));

    /// <summary>No change is longer than this.</summary>
    public static int MaxLength(in Change change) =>
        1 + (5 * LongestNumber) + change.Email.Length + change.CustomerId.Length + change.Mpid.Length + change.Attributes.Length;

    /// <summary>Returns how many bytes it took.</summary>
    /// <param name="output">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="change">What is written.</param>
    public static int Write(Span<byte> output, in Change change)
    {
        output[0] = FlagsOf(change);
        var length = 1;
        if (change.OccurredAt is { } time) length += WriteNumber(output[1..], (ulong)time);
        length += WriteValue(output[length..], change.Email.Span);
        length += WriteValue(output[length..], change.CustomerId.Span);
        length += WriteValue(output[length..], change.Mpid.Span);
        return length + WriteValue(output[length..], change.Attributes.Span);
    }

    /// <summary>Reads the change at <paramref name="offset"/> and moves the offset behind it. Its values are slices of <paramref name="changes"/>.</summary>
    public static Change Read(ReadOnlyMemory<byte> changes, ref int offset)
    {
        var span = changes.Span;
        var flags = span[offset++];
        long? time = (flags & HasTime) != 0 ? (long)ReadNumber(span, ref offset) : null;
        return new Change
        {
            Action = (ChangeAction)(flags & ActionMask),
            HashedEmail = (flags & Hashed) != 0,
            OccurredAt = time,
            Email = ReadValue(changes, flags & HasEmail, ref offset),
            CustomerId = ReadValue(changes, flags & HasCustomerId, ref offset),
            Mpid = ReadValue(changes, flags & HasMpid, ref offset),
            Attributes = ReadValue(changes, flags & HasAttributes, ref offset),
        };
    }

    private static byte FlagsOf(in Change change)
    {
        var flags = (byte)change.Action;
        if (!change.Email.IsEmpty) flags |= HasEmail;
        if (!change.CustomerId.IsEmpty) flags |= HasCustomerId;
        if (!change.Mpid.IsEmpty) flags |= HasMpid;
        if (!change.Attributes.IsEmpty) flags |= HasAttributes;
        if (change.OccurredAt is not null) flags |= HasTime;
        if (change.HashedEmail) flags |= Hashed;
        return flags;
    }

    private static int WriteValue(Span<byte> output, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return 0;
        var length = WriteNumber(output, (ulong)value.Length);
        value.CopyTo(output[length..]);
        return length + value.Length;
    }

    private static ReadOnlyMemory<byte> ReadValue(ReadOnlyMemory<byte> changes, int present, ref int offset)
    {
        if (present == 0) return default;
        var length = (int)ReadNumber(changes.Span, ref offset);
        var value = changes.Slice(offset, length);
        offset += length;
        return value;
    }

    private static int WriteNumber(Span<byte> span, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length++] = (byte)value;
        return length;
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> span, ref int offset)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = span[offset++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
