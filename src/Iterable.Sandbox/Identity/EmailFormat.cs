using System.Buffers;

namespace Iterable.Sandbox.Identity;

/// <summary>
/// One @, a domain of at least two labels, a last label of two or more letters, no white space. Iterable goes further
/// and knows the real top-level domains; here <c>example.test</c> will do.
/// </summary>
internal static class EmailFormat
{
    private static readonly SearchValues<byte> LabelBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-"u8);

    /// <summary>Expects lower case.</summary>
    public static bool IsValid(ReadOnlySpan<byte> email)
    {
        var at = email.IndexOf((byte)'@');
        if (at < 1 || email.ContainsAnyInRange((byte)0, (byte)' ')) return false;
        var domain = email[(at + 1)..];
        var dot = domain.LastIndexOf((byte)'.');
        return dot > 0 && IsTopLevel(domain[(dot + 1)..]) && AreLabels(domain[..dot]);
    }

    private static bool IsTopLevel(ReadOnlySpan<byte> label) =>
        label.Length >= 2 && !label.ContainsAnyExceptInRange((byte)'a', (byte)'z');

    private static bool AreLabels(ReadOnlySpan<byte> labels)
    {
        foreach (var range in labels.Split((byte)'.'))
        {
            var label = labels[range];
            if (label.IsEmpty || label.ContainsAnyExcept(LabelBytes) || label[0] == '-' || label[^1] == '-') return false;
        }
        return true;
    }
}
