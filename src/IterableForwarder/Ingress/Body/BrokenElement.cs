using System.Buffers;

namespace IterableForwarder.Ingress.Body;

/// <summary>
/// Finds the end of an array's element that is not JSON, by its quotes and brackets alone, so that its neighbours can be read. Where these do
/// not fit each other, nobody can say where it ends.
/// </summary>
/// <param name="IsFound">Its end was found.</param>
/// <param name="IsIncomplete">The slice ended before its end.</param>
/// <param name="End">The comma or the bracket behind it.</param>
/// <param name="IsFollowed">A comma follows it.</param>
internal readonly record struct BrokenElement(bool IsFound, bool IsIncomplete, SequencePosition End, bool IsFollowed)
{
    public static BrokenElement NotFound { get; }

    private static BrokenElement Incomplete { get; } = new(false, true, default, false);

    /// <param name="slice">Begins behind the last element that could be read.</param>
    /// <param name="isSeparated">A comma comes before the element.</param>
    public static BrokenElement Find(ReadOnlySequence<byte> slice, bool isSeparated)
    {
        var reader = new SequenceReader<byte>(slice);
        reader.AdvancePastAny(" \t\r\n"u8);
        if (isSeparated && !reader.IsNext((byte)',', advancePast: true)) return reader.End ? Incomplete : NotFound;
        reader.AdvancePastAny(" \t\r\n"u8);
        // nothing between two commas is no element
        if (reader.TryPeek(out var first) && first is (byte)',' or (byte)']') return NotFound;
        var open = new Stack<byte>();
        while (reader.TryPeek(out var next))
        {
            if (open.Count == 0 && next is (byte)',' or (byte)']') return new(true, false, reader.Position, next == ',');
            reader.Advance(1);
            if (next == '"')
            {
                if (!TrySkipText(ref reader)) return Incomplete;
            }
            else if (next is (byte)'{' or (byte)'[')
            {
                open.Push(next == '{' ? (byte)'}' : (byte)']');
            }
            else if (next is (byte)'}' or (byte)']' && (!open.TryPop(out var expected) || expected != next))
            {
                return NotFound;
            }
        }
        return Incomplete;
    }

    private static bool TrySkipText(ref SequenceReader<byte> reader)
    {
        while (reader.TryAdvanceToAny("\"\\"u8, advancePastDelimiter: false))
        {
            reader.TryRead(out var delimiter);
            if (delimiter == '"') return true;
            // whatever is escaped does not end the text
            if (reader.End) return false;
            reader.Advance(1);
        }
        return false;
    }
}
