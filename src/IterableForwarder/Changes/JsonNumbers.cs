using System.Globalization;

namespace IterableForwarder.Changes;

/// <summary>Numbers of JSON that are meant as ids. Exact: they never pass through a floating-point number. Pure.</summary>
internal static class JsonNumbers
{
    /// <summary>
    /// A number that is written shorter gets no more digits than this, far beyond any id of 64 bits: <c>1e999</c> would be stored at two hundred times
    /// its length.
    /// </summary>
    private const int MaxDigits = 30;

    /// <summary>
    /// The plain digits of a number with an integral value, so that <c>42</c>, <c>42.0</c> and <c>4.2e1</c> are one id; any other number as it
    /// is written. An integral value of more digits than <see cref="MaxDigits"/>, and than it is long, stays as it is written too.
    /// </summary>
    /// <param name="number">A number by the grammar of JSON.</param>
    public static ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> number)
    {
        var span = number.Span;
        if (span.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && !span.SequenceEqual("-0"u8)) return number;
        return TryWritePlain(span, out var plain) ? plain : number;
    }

    /// <summary>An id of Iterable's, which are whole numbers from 1; null where it is none.</summary>
    /// <param name="plain">A number in the form of <see cref="Plain"/>, or a text.</param>
    public static long? IdOf(ReadOnlySpan<byte> plain) =>
        long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;

    private static bool TryWritePlain(ReadOnlySpan<byte> number, out byte[] plain)
    {
        var maxDigits = Math.Max(MaxDigits, number.Length);
        // 1. the parts: sign, digits without the point, and where the point belongs
        var isNegative = number[0] == '-';
        if (isNegative) number = number[1..];
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = e < 0 ? number : number[..e];
        var point = mantissa.IndexOf((byte)'.');
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        byte[] joined = [.. point < 0 ? mantissa : mantissa[..point], .. fraction];
        // 2. zeros say nothing at either end
        var digits = joined.AsSpan().TrimStart((byte)'0');
        if (digits.IsEmpty)
        {
            plain = "0"u8.ToArray();
            return true;
        }
        var significant = digits.TrimEnd((byte)'0');
        var zeros = digits.Length - significant.Length - (long)fraction.Length + ExponentOf(e < 0 ? default : number[(e + 1)..]);
        // 3. digits behind the point make it no whole number
        var isWhole = zeros >= 0 && significant.Length + zeros <= maxDigits;
        plain = isWhole ? [.. isNegative ? "-"u8 : default, .. significant, .. Enumerable.Repeat((byte)'0', (int)zeros)] : [];
        return isWhole;
    }

    /// <summary>One beyond all ids counts as the largest there is: then the number stays as it is written.</summary>
    private static long ExponentOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return 0;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)) return exponent;
        return text[0] == '-' ? int.MinValue : int.MaxValue;
    }
}
