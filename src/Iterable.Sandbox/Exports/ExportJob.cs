namespace Iterable.Sandbox.Exports;

/// <summary>One export. Its files hold the users as they were when it was asked for.</summary>
internal sealed class ExportJob
{
    public required long Id { get; init; }

    /// <summary>What a link to a file carries in place of a key.</summary>
    public string Token { get; } = Guid.NewGuid().ToString("N");

    public required string DataTypeName { get; init; }

    public required string ContentType { get; init; }

    /// <summary>When it was or will be running, which depends on the exports before it.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required bool Fails { get; init; }

    public required ExportFiles Files { get; init; }

    public ExportState StateAt(DateTimeOffset now)
    {
        if (now >= EndsAt) return Fails ? ExportState.Failed : ExportState.Completed;
        return now >= StartsAt ? ExportState.Running : ExportState.Enqueued;
    }

    /// <summary>Files come one by one while the export runs: the last one is there at its end.</summary>
    public IReadOnlyList<ExportFile> FilesAt(DateTimeOffset now) => StateAt(now) switch
    {
        ExportState.Completed => Files.All,
        ExportState.Running or ExportState.Failed => [.. Files.All.SkipLast(1)],
        _ => [],
    };
}
