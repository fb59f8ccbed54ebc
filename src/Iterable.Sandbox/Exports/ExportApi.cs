using System.Globalization;
using System.Text.Json;
using Iterable.Sandbox.Api;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Exports;

/// <summary>Exports of users: start one, see how it is, fetch its files.</summary>
internal sealed class ExportApi(World world)
{
    /// <summary>Where a link leads, below the address by which the caller reached the sandbox.</summary>
    public const string DownloadPath = "/exports/{token}/{file}";

    /// <summary>As Iterable's links.</summary>
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(30);

    private DateTimeOffset Now => world.Options.TimeProvider.GetUtcNow();

    public ApiAnswer Start(ApiCall call)
    {
        var request = ExportRequest.Read(call);
        var project = call.Project;
        ExportJob job;
        lock (project.Gate)
        {
            var starts = project.Exports.NextStart(Now);
            job = new ExportJob
            {
                Id = world.NextExportId(),
                DataTypeName = "user",
                ContentType = request.Format == ExportFormat.Csv ? "text/csv" : "application/x-json-stream",
                StartsAt = starts,
                EndsAt = starts + project.Settings.ExportDuration,
                Fails = project.Settings.ExportsFail,
                Files = new UserExport(project, request, Now).Write(),
            };
            project.Exports.Add(job);
        }
        return new ApiAnswer(200, Envelope.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("jobId"u8, job.Id);
            writer.WriteEndObject();
        }));
    }

    public ApiAnswer GetJobs(ApiCall call)
    {
        var state = call.Query("jobState");
        ExportJob[] jobs;
        lock (call.Project.Gate) jobs = [.. call.Project.Exports.Jobs];
        var now = Now;
        return new ApiAnswer(200, Envelope.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("jobs"u8);
            foreach (var job in jobs.Where(job => state is null || string.Equals(state, Name(job, now), StringComparison.OrdinalIgnoreCase))) WriteJob(writer, job, now);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    public ApiAnswer GetFiles(ApiCall call)
    {
        if (!long.TryParse(call.RouteText("jobId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return Refusals.BadParams("jobId", "must be a whole number");
        ExportJob? job;
        lock (call.Project.Gate) job = call.Project.Exports.Find(id);
        if (job is null) return Envelope.Of(404, "NotFound", "No such export");
        var startAfter = call.Query("startAfter") ?? "";
        var now = Now;
        var page = job.FilesAt(now).Where(file => string.CompareOrdinal(file.Name, startAfter) > 0).Take(call.Project.Settings.ExportFilesPerPage);
        return new ApiAnswer(200, Envelope.Json(writer => WriteFiles(writer, job, page, call.Origin, now)));
    }

    /// <summary>403 once the link has expired, as storage answers; 404 for a file that never was.</summary>
    public ApiAnswer Download(HttpRequest request)
    {
        var (token, name) = ((string)request.RouteValues["token"]!, (string)request.RouteValues["file"]!);
        if (world.FindExport(token) is not { } job || job.Files.All.FirstOrDefault(file => file.Name == name) is not { } file) return Refusals.NotFound;
        var isLive = long.TryParse(request.Query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var expires) && Now.ToUnixTimeSeconds() < expires;
        return isLive ? new ApiAnswer(200, file.Content, job.ContentType) : Envelope.Of(403, "Forbidden", "The link has expired");
    }

    private static void WriteJob(Utf8JsonWriter writer, ExportJob job, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, job.Id);
        writer.WriteString("dataTypeName"u8, job.DataTypeName);
        writer.WriteString("jobState"u8, Name(job, now));
        writer.WriteString("scheduledStartTime"u8, job.StartsAt);
        if (now >= job.EndsAt) writer.WriteString("endTime"u8, job.EndsAt);
        writer.WriteNumber("bytesExported"u8, job.FilesAt(now).Sum(file => (long)file.Content.Length));
        writer.WriteEndObject();
    }

    private static void WriteFiles(Utf8JsonWriter writer, ExportJob job, IEnumerable<ExportFile> page, string origin, DateTimeOffset now)
    {
        var expires = (now + LinkLifetime).ToUnixTimeSeconds();
        writer.WriteStartObject();
        writer.WriteNumber("jobId"u8, job.Id);
        writer.WriteString("jobState"u8, Name(job, now));
        writer.WriteBoolean("exportTruncated"u8, job.Files.IsTruncated && now >= job.EndsAt);
        writer.WriteStartArray("files"u8);
        foreach (var file in page)
        {
            writer.WriteStartObject();
            writer.WriteString("file"u8, file.Name);
            writer.WriteString("url"u8, $"{origin}/exports/{job.Token}/{file.Name}?expires={Envelope.Invariant(expires)}");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Name(ExportJob job, DateTimeOffset now) => JsonNamingPolicy.CamelCase.ConvertName(job.StateAt(now).ToString());
}
