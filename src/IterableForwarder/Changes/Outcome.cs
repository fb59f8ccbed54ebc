namespace IterableForwarder.Changes;

/// <summary>What became of a change. The numbers are stored in databases.</summary>
internal enum Outcome : byte
{
    Pending = 0,
    Delivered = 1,

    /// <summary>A later change of the same member made it needless.</summary>
    Superseded = 2,

    /// <summary>Our rules do not forward it.</summary>
    Dropped = 3,

    /// <summary>Iterable refused it.</summary>
    Rejected = 4,
}

/// <summary>Why a change was not delivered, in the words of the contract.</summary>
internal static class Reasons
{
    public const string NoEmail = "noEmail";
    public const string NoMpid = "noMpid";
    public const string NoIdentifier = "noIdentifier";
    public const string HashedIdentity = "hashedIdentity";
    public const string BadMembership = "badMembership";
    public const string UnsupportedAction = "unsupportedAction";
    public const string BadListId = "badListId";
    public const string MessageIdReused = "messageIdReused";

    /// <summary>Its request named more lists for the audience than one may.</summary>
    public const string TooManyLists = "tooManyLists";

    /// <summary>Its source had created as many audiences of the project as it may within a day, and this one was new.</summary>
    public const string TooManyAudiences = "tooManyAudiences";

    /// <summary>An operator gave it up while it was pending.</summary>
    public const string Discarded = "discarded";

    public const string Invalid = "invalid";
    public const string InvalidData = "invalidData";
    public const string Conflict = "conflict";
    public const string Forgotten = "forgotten";
    public const string NotFound = "notFound";
    public const string DisallowedEventName = "disallowedEventName";
    public const string Refused = "refused";

    /// <summary>Of what is not forwarded: by our rules, or because an operator discarded it.</summary>
    public static IReadOnlyList<string> OfDropped { get; } =
        [NoEmail, NoMpid, NoIdentifier, HashedIdentity, BadMembership, UnsupportedAction, BadListId, MessageIdReused, TooManyLists, TooManyAudiences, Discarded];

    /// <summary>Of what Iterable refuses.</summary>
    public static IReadOnlyList<string> OfRejected { get; } = [Invalid, InvalidData, Conflict, Forgotten, NotFound, DisallowedEventName, Refused];
}
