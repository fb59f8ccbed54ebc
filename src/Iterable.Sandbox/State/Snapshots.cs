namespace Iterable.Sandbox.State;

/// <summary>A list as it was when asked for.</summary>
/// <param name="Id">Unique over all keys.</param>
/// <param name="Name">Not unique, as at Iterable.</param>
/// <param name="Description">Empty when none was given.</param>
/// <param name="ApiKey">The project it belongs to.</param>
/// <param name="Type">Shown only.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="MemberCount">How many are in it.</param>
/// <param name="Adds">Successful adds, repeats included.</param>
/// <param name="Removes">Successful removes, of non-members too.</param>
public sealed record SandboxList(long Id, string Name, string Description, string ApiKey, ListType Type, DateTimeOffset CreatedAt, int MemberCount, long Adds, long Removes);

/// <summary>Someone in a list.</summary>
/// <param name="Email">Lower-case, or null.</param>
/// <param name="UserId">As sent, or null.</param>
/// <param name="DataFields">The user's fields as a JSON object, or null for none.</param>
/// <param name="Adds">How often this list was told to add them.</param>
/// <param name="Removes">How often this list was told to remove them.</param>
public sealed record SandboxMember(string? Email, string? UserId, string? DataFields, int Adds, int Removes);

/// <summary>How often a list was told about someone, members or not.</summary>
/// <param name="Email">Lower-case, or null.</param>
/// <param name="UserId">As sent, or null.</param>
/// <param name="IsMember">Whether they are in the list now.</param>
/// <param name="Adds">How often the list was told to add them.</param>
/// <param name="Removes">How often the list was told to remove them.</param>
public sealed record SandboxSends(string? Email, string? UserId, bool IsMember, int Adds, int Removes);

/// <summary>A user of a project.</summary>
/// <param name="Email">Lower-case, or null.</param>
/// <param name="UserId">As sent, or null.</param>
/// <param name="DataFields">A JSON object, or null for none.</param>
/// <param name="ChannelUnsubscribed">Whether an unsubscribe with channelUnsubscribe reached them.</param>
public sealed record SandboxUser(string? Email, string? UserId, string? DataFields, bool ChannelUnsubscribed);
