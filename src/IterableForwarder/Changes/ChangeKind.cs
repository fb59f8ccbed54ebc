namespace IterableForwarder.Changes;

/// <summary>What a change is about, and so which call of Iterable it goes by. The words are stored in databases.</summary>
internal enum ChangeKind
{
    /// <summary>Who entered a list or left it.</summary>
    Membership,

    /// <summary>Something that somebody did. Its attributes are the event as Iterable wants it, without the identifiers; each stands for itself.</summary>
    Event,

    /// <summary>What is known of a user. Its attributes are the fields; the later value of a field wins.</summary>
    User,
}
