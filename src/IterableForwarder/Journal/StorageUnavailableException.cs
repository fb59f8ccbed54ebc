namespace IterableForwarder.Journal;

/// <summary>The store cannot take or give anything right now: full, read-only, broken, or stopping. What was accepted stays.</summary>
internal sealed class StorageUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The feed was deleted while a request for it was being read. Nothing was stored.</summary>
internal sealed class FeedGoneException() : Exception("The connection was deleted in the meantime. Nothing was stored.");
