namespace IterableForwarder.Journal.Writing;

/// <summary>Something that waits to be written.</summary>
/// <typeparam name="TSession">What it works with: the engine's connection.</typeparam>
internal interface IWrite<in TSession>
{
    /// <summary>Runs between two commits, and not inside one.</summary>
    bool IsAlone { get; }

    void Run(TSession session);

    /// <summary>It is committed: tells whoever waits for it.</summary>
    void Complete();

    void Fail(Exception error);

    /// <summary>True where its commit failed and may have taken effect all the same.</summary>
    bool IsDoubtful { get; }

    /// <summary>Finds out whether a doubtful write was committed, and completes it then. Its caller hears of that, unless told before that it failed.</summary>
    void Resolve(TSession session);
}
