namespace Iterable.Client.Requests;

/// <summary>How much one bulk request should carry. The client does not enforce it; whoever fills a request does.</summary>
public static class Limits
{
    /// <summary>Members in one call. Iterable publishes no number; a thousand is the convention of its integrators.</summary>
    public const int MembersPerCall = 1000;

    /// <summary>Bytes of one body. Iterable states 4 MB for users/bulkUpdate; the same is assumed for the other bulk calls.</summary>
    public const int BytesPerCall = 4_000_000;

    /// <summary>
    /// What a body costs beyond its members, at most. The longest is an unsubscribe with two ids of 19 digits and a
    /// sign: 109 bytes.
    /// </summary>
    public const int EnvelopeBytes = 128;
}
