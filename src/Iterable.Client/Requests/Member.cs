using System.Text;

namespace Iterable.Client.Requests;

/// <summary>
/// One person in a request, by e-mail, by user id or by both, as UTF-8 so that nothing is transcoded on the way
/// from a queue to the socket. An empty identifier is left out of the body.
/// </summary>
public readonly struct Member
{
    /// <summary>The e-mail as UTF-8, or empty.</summary>
    public ReadOnlyMemory<byte> Email { get; init; }

    /// <summary>The user id as UTF-8, or empty; compared exactly.</summary>
    public ReadOnlyMemory<byte> UserId { get; init; }

    /// <summary>A JSON object as UTF-8, written as it stands, or empty for none.</summary>
    public ReadOnlyMemory<byte> DataFields { get; init; }

    /// <summary>Written only when true. Makes Iterable look a user up by id first.</summary>
    public bool PreferUserId { get; init; }

    /// <summary>Written only when set: whether nested objects are merged or replaced.</summary>
    public bool? MergeNestedObjects { get; init; }

    /// <summary>For callers that hold text.</summary>
    public static Member Of(string? email, string? userId = null, string? dataFieldsJson = null) => new()
    {
        Email = Encoding.UTF8.GetBytes(email ?? ""),
        UserId = Encoding.UTF8.GetBytes(userId ?? ""),
        DataFields = Encoding.UTF8.GetBytes(dataFieldsJson ?? ""),
    };
}
