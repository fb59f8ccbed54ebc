namespace IterableForwarder.Journal;

/// <summary>The store cannot take or give anything right now: full, read-only, broken, or stopping. What was accepted stays.</summary>
internal sealed class StorageUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);
