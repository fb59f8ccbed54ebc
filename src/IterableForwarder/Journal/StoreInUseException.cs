namespace IterableForwarder.Journal;

/// <summary>Another process uses the store, which takes one process at a time. The message is for the operator.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="waited">How long the lock was waited for.</param>
internal sealed class StoreInUseException(string folder, TimeSpan waited) : Exception(
    $"The service cannot start: another process uses the data folder {folder}, and did not release it within {waited.TotalSeconds:0.#} s. "
    + "Stop that process, or set Storage__DataFolder to another folder. Storage__LockWait is how long to wait.");
