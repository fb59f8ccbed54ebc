namespace Iterable.Sandbox.Exports;

/// <summary>The exports of one project, the oldest forgotten first. Guarded by the project's lock.</summary>
internal sealed class ExportBook
{
    /// <summary>More wait until one of these has ended.</summary>
    public const int RunningAtOnce = 4;

    /// <summary>Their files are in memory.</summary>
    private const int Kept = 20;

    private readonly List<ExportJob> _jobs = [];

    public IReadOnlyList<ExportJob> Jobs => _jobs;

    public ExportJob? Find(long id) => _jobs.Find(job => job.Id == id);

    public void Add(ExportJob job)
    {
        _jobs.Add(job);
        if (_jobs.Count > Kept) _jobs.RemoveAt(0);
    }

    /// <summary>When an export that is asked for now starts to run.</summary>
    public DateTimeOffset NextStart(DateTimeOffset now)
    {
        var ends = _jobs.Select(job => job.EndsAt).Where(end => end > now).Order().ToArray();
        return ends.Length < RunningAtOnce ? now : ends[^RunningAtOnce];
    }
}
