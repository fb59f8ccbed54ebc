using System.Buffers;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Mapping;

/// <summary>The mapping table: who a change is about. Pure.</summary>
internal static class MemberMapper
{
    /// <summary>Bytes that make an address need more than a look: capitals, white space, and all that is not ASCII.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7F - 0x21).Select(b => (byte)b).Where(b => b is < (byte)'A' or > (byte)'Z')]);

    /// <summary>Characters before the <c>@</c> of an address at most (RFC 5321, 4.5.3.1.1).</summary>
    private const int MaxLocalPart = 64;

    /// <summary>What may come before the <c>@</c> of an address unquoted.</summary>
    private static readonly SearchValues<byte> LocalPart = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7F - 0x21).Select(b => (byte)b).Except("()<>@,;:\\\"[]"u8.ToArray())]);

    /// <summary>Never receives mail: the domain Iterable reserves for users without an address.</summary>
    private static ReadOnlySpan<byte> PlaceholderDomain => "@placeholder.email"u8;

    public static MappedMember Map(in Change change, MappingRule rule)
    {
        if (change.Action == ChangeAction.Unsupported) return Drop(Reasons.UnsupportedAction);
        if (change.Action == ChangeAction.BadMembership) return Drop(Reasons.BadMembership);
        var mapped = MapIdentity(change, rule);
        var lacksUserId = mapped.Dropped is null && mapped.UserId.IsEmpty && rule.ProjectType == ProjectType.UserId;
        return lacksUserId ? Drop(Reasons.NoIdentifier) : mapped;
    }

    /// <summary>Lower-cased, without blanks and zero-width characters around it; the same memory where nothing had to change.</summary>
    public static ReadOnlyMemory<byte> NormalizeEmail(ReadOnlyMemory<byte> email)
    {
        if (email.Span.IndexOfAnyExcept(Plain) < 0) return email;
        return Encoding.UTF8.GetBytes(Blanks.Trim(Encoding.UTF8.GetString(email.Span)).ToLowerInvariant());
    }

    private static MappedMember MapIdentity(in Change change, MappingRule rule)
    {
        var email = NormalizeEmail(change.Email);
        return rule.Identity switch
        {
            IdentityRule.CustomerId => MapByCustomerId(change, email, rule.WithoutEmail),
            IdentityRule.Mpid => MapByMpid(email, IsLocalPart(change.Mpid.Span) ? change.Mpid : default),
            IdentityRule.AsGiven => MapAsGiven(email, PresentOrEmpty(change.CustomerId)),
            IdentityRule.GivenEmail => email.IsEmpty ? Drop(Reasons.NoIdentifier) : Forward(email, PresentOrEmpty(change.CustomerId)),
            IdentityRule.GivenUserId => PresentOrEmpty(change.CustomerId) is { IsEmpty: false } userId ? Forward(email, userId) : Drop(Reasons.NoIdentifier),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Identity, "Unknown identity rule"),
        };
    }

    private static MappedMember MapByCustomerId(in Change change, ReadOnlyMemory<byte> email, bool withoutEmail)
    {
        var customerId = PresentOrEmpty(change.CustomerId);
        if (!email.IsEmpty || (withoutEmail && !customerId.IsEmpty)) return Forward(email, customerId);
        return Drop(change.HashedEmail ? Reasons.HashedIdentity : Reasons.NoEmail);
    }

    private static MappedMember MapByMpid(ReadOnlyMemory<byte> email, ReadOnlyMemory<byte> mpid)
    {
        if (mpid.IsEmpty) return email.IsEmpty ? Drop(Reasons.NoMpid) : Forward(email, default);
        return Forward(email.IsEmpty ? NormalizeEmail(PlaceholderOf(mpid.Span)) : email, mpid);
    }

    /// <summary>
    /// Whether it can come before the <c>@</c> of an address: printable ASCII of at most 64 characters, none of those that would have to be
    /// quoted, and dots only singly between others.
    /// </summary>
    private static bool IsLocalPart(ReadOnlySpan<byte> mpid) =>
        mpid.Length is > 0 and <= MaxLocalPart
        && mpid.IndexOfAnyExcept(LocalPart) < 0
        && mpid[0] != '.' && mpid[^1] != '.' && mpid.IndexOf(".."u8) < 0;

    private static MappedMember MapAsGiven(ReadOnlyMemory<byte> email, ReadOnlyMemory<byte> userId) =>
        email.IsEmpty && userId.IsEmpty ? Drop(Reasons.NoIdentifier) : Forward(email, userId);

    private static MappedMember Forward(ReadOnlyMemory<byte> email, ReadOnlyMemory<byte> userId) => new() { Email = email, UserId = userId };

    private static MappedMember Drop(string reason) => new() { Dropped = reason };

    private static byte[] PlaceholderOf(ReadOnlySpan<byte> mpid)
    {
        var address = new byte[mpid.Length + PlaceholderDomain.Length];
        mpid.CopyTo(address);
        PlaceholderDomain.CopyTo(address.AsSpan(mpid.Length));
        return address;
    }

    /// <summary>A user id is sent exactly as it came, but one of nothing but white space is a missing one.</summary>
    private static ReadOnlyMemory<byte> PresentOrEmpty(ReadOnlyMemory<byte> id)
    {
        if (id.Span.IndexOfAnyExcept(Plain) < 0) return id;
        return Blanks.IsBlank(Encoding.UTF8.GetString(id.Span)) ? default : id;
    }
}
