using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iterable.Sandbox.Identity;

/// <summary>
/// The rules of Apache Commons Validator 1.7 (EmailValidator and DomainValidator without local and bare top-level domains), by
/// which Iterable checks e-mail addresses: https://support.iterable.com/hc/articles/209082806. Expects lower case.
/// </summary>
internal static class EmailFormat
{
    /// <summary>Of the part before the @, counted as Java counts: in UTF-16 units.</summary>
    private const int MaxUserLength = 64;

    private const int MaxDomainLength = 253;
    private const int MaxLabelLength = 63;

    /// <summary>What an atom cannot hold: white space, control characters, and Commons Validator's special characters but the apostrophe.</summary>
    private static readonly SearchValues<byte> NotInAtom =
        SearchValues.Create([.. Enumerable.Range(0, ' ' + 1).Select(code => (byte)code), 0x7F, .. "()<>@,;:\\\".[]"u8]);

    private static readonly SearchValues<byte> LabelBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-"u8);

    // IDNA 2003, as java.net.IDN, which Commons Validator asks.
    private static readonly IdnMapping Idn = new();

    public static bool IsValid(ReadOnlySpan<byte> email)
    {
        var at = email.LastIndexOf((byte)'@');
        return at > 0 && IsUser(email[..at]) && IsDomain(email[(at + 1)..]);
    }

    private static bool IsUser(ReadOnlySpan<byte> user) =>
        (user.Length <= MaxUserLength || Encoding.UTF8.GetCharCount(user) <= MaxUserLength) && AreWords(user);

    /// <summary>Atoms and quoted texts, parted by single dots.</summary>
    private static bool AreWords(ReadOnlySpan<byte> rest)
    {
        while (true)
        {
            var length = rest.StartsWith((byte)'"') ? QuotedLength(rest) : AtomLength(rest);
            if (length == 0) return false;
            if (length == rest.Length) return true;
            if (rest[length] != '.') return false;
            rest = rest[(length + 1)..];
        }
    }

    /// <summary>A backslash lets any one character follow.</summary>
    private static int AtomLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length)
        {
            var isEscape = text[length] == '\\' && length + 1 < text.Length && text[length + 1] is not ((byte)'\n' or (byte)'\r');
            if (!isEscape && NotInAtom.Contains(text[length])) break;
            length += isEscape ? 2 : 1;
        }
        return length;
    }

    /// <summary>With both quotation marks; 0 when the second is missing. One behind a backslash does not count.</summary>
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"') i++;
        }
        return 0;
    }

    private static bool IsDomain(ReadOnlySpan<byte> domain)
    {
        if (domain is [(byte)'[', .., (byte)']']) return IsAddress(Encoding.UTF8.GetString(domain[1..^1]));
        if (!domain.ContainsAnyInRange((byte)0x80, (byte)0xFF)) return IsAsciiDomain(domain);
        try
        {
            return IsAsciiDomain(Encoding.ASCII.GetBytes(Idn.GetAscii(Encoding.UTF8.GetString(domain))));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsAsciiDomain(ReadOnlySpan<byte> domain)
    {
        // The root's own dot may be written.
        if (domain.EndsWith((byte)'.')) domain = domain[..^1];
        var dot = domain.LastIndexOf((byte)'.');
        return dot > 0 && domain.Length <= MaxDomainLength && TopLevelDomains.Contains(domain[(dot + 1)..]) && AreLabels(domain[..dot]);
    }

    private static bool AreLabels(ReadOnlySpan<byte> labels)
    {
        foreach (var range in labels.Split((byte)'.'))
        {
            var label = labels[range];
            if (label.Length is 0 or > MaxLabelLength || label.ContainsAnyExcept(LabelBytes) || label[0] == '-' || label[^1] == '-') return false;
        }
        return true;
    }

    // IPAddress also reads forms that Commons Validator does not: "1", "1.2" and leading zeros.
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.Contains('[') : address.ToString() == text);
}
