namespace Iterable.Sandbox.Exports;

/// <summary>
/// The states of an export. Iterable's Swagger writes them with a capital letter; its own TypeScript client takes lower case only,
/// and so that is what the sandbox answers.
/// </summary>
internal enum ExportState
{
    /// <summary>As many exports are running as run at once.</summary>
    Enqueued,

    Running,
    Completed,
    Failed,
}
