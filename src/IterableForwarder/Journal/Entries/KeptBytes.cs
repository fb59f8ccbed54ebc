using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>Bytes of the store that dropped changes of a project take.</summary>
internal readonly record struct KeptBytes(ProjectId Project, long Bytes)
{
    /// <summary>What a request adds; its batches belong to one project.</summary>
    public static KeptBytes Of(IReadOnlyList<NewBatch> batches) => batches.Count == 0 ? default : new(batches[0].ProjectId, batches.Sum(b => b.DroppedBytes));
}
