using System.Buffers;

namespace IterableForwarder.Changes;

/// <summary>
/// The compact form in which an entry holds its changes: a byte of flags, the time where there is one, then each value that is
/// there behind its length. Databases hold it beside the number of the form: every form ever written can be read.
/// </summary>
/// <remarks>
/// What a change says has the same bytes in every form as long as it said it in the first one: hashes of messages are made of them.
/// </remarks>
internal static class ChangeCodec
{
    /// <summary>The number of the form that is written today. In form 0 all four values of the two bits were actions.</summary>
    public const int Form = 1;

    private const byte ActionMask = 0b0000_0011;

    /// <summary>
    /// In the place of the action: two bytes follow, the action and the flags of further values. Each further value has its length before it,
    /// so that one may be added later without another form.
    /// </summary>
    private const byte More = 3;
    private const byte HasEmail = 1 << 2;
    private const byte HasCustomerId = 1 << 3;
    private const byte HasMpid = 1 << 4;
    private const byte HasAttributes = 1 << 5;
    private const byte HasTime = 1 << 6;
    private const byte Hashed = 1 << 7;

    /// <summary>A 64-bit number in groups of seven bits takes ten bytes at most.</summary>
    private const int MaxNumberLength = 10;

    public static void Write(IBufferWriter<byte> output, in Change change) => output.Advance(Write(output.GetSpan(MaxLength(change)), change));

    /// <summary>No change is longer than this.</summary>
    public static int MaxLength(in Change change) =>
        3 + (5 * MaxNumberLength) + change.Email.Length + change.CustomerId.Length + change.Mpid.Length + change.Attributes.Length;

    /// <summary>Returns how many bytes it took.</summary>
    /// <param name="output">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="change">What is written.</param>
    public static int Write(Span<byte> output, in Change change)
    {
        output[0] = FlagsOf(change);
        var length = 1;
        if ((output[0] & ActionMask) == More)
        {
            output[length++] = (byte)change.Action;
            output[length++] = 0;
        }
        if (change.OccurredAt is { } time) length += WriteNumber(output[length..], (ulong)time);
        length += WriteValue(output[length..], change.Email.Span);
        length += WriteValue(output[length..], change.CustomerId.Span);
        length += WriteValue(output[length..], change.Mpid.Span);
        return length + WriteValue(output[length..], change.Attributes.Span);
    }

    /// <summary>
    /// Reads the change at <paramref name="offset"/> and moves the offset behind it. Its values are slices of <paramref name="changes"/>,
    /// which are in the form of today.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or have an action that this version does not know.</exception>
    public static Change Read(ReadOnlyMemory<byte> changes, ref int offset)
    {
        try
        {
            return ReadNext(changes, ref offset);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("The stored changes are damaged.", e);
        }
    }

    private static Change ReadNext(ReadOnlyMemory<byte> changes, ref int offset)
    {
        var span = changes.Span;
        var flags = span[offset++];
        var (action, further) = (flags & ActionMask, 0);
        if (action == More) (action, further) = (span[offset++], span[offset++]);
        if (action > (int)ChangeAction.BadMembership) throw new InvalidDataException($"A change has the action {action}, which this version does not know.");
        var change = ReadValues(changes, span, flags, (ChangeAction)action, ref offset);
        for (; further != 0; further &= further - 1) ReadValue(changes, span, present: 1, ref offset);
        return change;
    }

    /// <summary>The same changes in the form of today.</summary>
    /// <param name="changes">As they were written.</param>
    /// <param name="form">The number of the form they were written in.</param>
    /// <exception cref="InvalidDataException">This version does not know the form.</exception>
    public static ReadOnlyMemory<byte> Upgrade(ReadOnlyMemory<byte> changes, int form) => form switch
    {
        0 => UpgradeFirst(changes),
        Form => changes,
        _ => throw new InvalidDataException($"Changes are stored in form {form}, which this version does not know. A newer version has written them."),
    };

    /// <summary>Only a change with the fourth action is written differently today.</summary>
    private static ReadOnlyMemory<byte> UpgradeFirst(ReadOnlyMemory<byte> changes)
    {
        var all = ReadFirst(changes);
        if (all.TrueForAll(change => change.Action != (ChangeAction)More)) return changes;
        var upgraded = new ArrayBufferWriter<byte>(changes.Length);
        foreach (var change in all) Write(upgraded, change);
        return upgraded.WrittenMemory;
    }

    private static List<Change> ReadFirst(ReadOnlyMemory<byte> changes)
    {
        var all = new List<Change>();
        var span = changes.Span;
        for (var offset = 0; offset < span.Length;)
        {
            var flags = span[offset++];
            all.Add(ReadValues(changes, span, flags, (ChangeAction)(flags & ActionMask), ref offset));
        }
        return all;
    }

    /// <param name="changes">What the values are slices of.</param>
    /// <param name="span">The same: to ask the memory for it takes as long as to read a value.</param>
    /// <param name="flags">Which values are there.</param>
    /// <param name="action">Add, remove, or what else the change says.</param>
    /// <param name="offset">Where the first value begins; moved behind the last.</param>
    private static Change ReadValues(ReadOnlyMemory<byte> changes, ReadOnlySpan<byte> span, byte flags, ChangeAction action, ref int offset)
    {
        long? time = (flags & HasTime) != 0 ? (long)ReadNumber(span, ref offset) : null;
        return new Change
        {
            Action = action,
            HashedEmail = (flags & Hashed) != 0,
            OccurredAt = time,
            Email = ReadValue(changes, span, flags & HasEmail, ref offset),
            CustomerId = ReadValue(changes, span, flags & HasCustomerId, ref offset),
            Mpid = ReadValue(changes, span, flags & HasMpid, ref offset),
            Attributes = ReadValue(changes, span, flags & HasAttributes, ref offset),
        };
    }

    private static byte FlagsOf(in Change change)
    {
        var flags = Math.Min((byte)change.Action, More);
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

    private static ReadOnlyMemory<byte> ReadValue(ReadOnlyMemory<byte> changes, ReadOnlySpan<byte> span, int present, ref int offset)
    {
        if (present == 0) return default;
        // most values are shorter than 128 bytes
        var length = span[offset] < 0x80 ? span[offset++] : (int)ReadNumber(span, ref offset);
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
