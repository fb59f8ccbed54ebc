using System.Text.Json.Serialization;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>
/// What Amplitude's HTTP V2 API answers, beside our own words: its SDKs read the status from the body, and send again what they do not
/// understand. (Amplitude's documentation of the HTTP V2 API; @amplitude/analytics-core, transports/base.)
/// </summary>
internal sealed class HttpApi
{
    private readonly SortedDictionary<string, List<int>> _missing = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<int>> _invalid = new(StringComparer.Ordinal);

    /// <summary>Added to every refusal of the path: one that comes before the body was read is in both forms.</summary>
    public static ProblemExtension Problems { get; } = new(IsEvents, Extend);

    /// <summary>The body, as far as it was read; null where it was not looked into.</summary>
    public MessagesParser? Body { get; set; }

    /// <summary>That of the request, which every refusal finds.</summary>
    public static HttpApi Of(HttpContext context)
    {
        if (context.Features.Get<HttpApi>() is { } known) return known;
        var made = new HttpApi();
        context.Features.Set(made);
        return made;
    }

    /// <summary>An event lacks a field, or has something in it that cannot be used.</summary>
    public void AddError(string field, int index, bool isMissing)
    {
        var byField = isMissing ? _missing : _invalid;
        if (!byField.TryGetValue(field, out var indexes)) byField[field] = indexes = [];
        indexes.Add(index);
    }

    private static bool IsEvents(PathString path) => path.StartsWithSegments("/ingest/amplitude", StringComparison.OrdinalIgnoreCase) && path.Value!.EndsWith("/events", StringComparison.OrdinalIgnoreCase);

    private static void Extend(HttpContext context, ProblemDetails problem)
    {
        var api = Of(context);
        if (api.Body?.IsHttpApi == false) return;
        var status = problem.Status ?? context.Response.StatusCode;
        problem.Extensions["code"] = status;
        problem.Extensions["error"] = problem.Detail ?? problem.Title;
        if (api._missing.Count > 0) problem.Extensions["events_with_missing_fields"] = api._missing;
        if (api._invalid.Count > 0) problem.Extensions["events_with_invalid_fields"] = api._invalid;
        // the SDKs wait before they send these again, and try the others at once
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            problem.Extensions["throttled_events"] = Enumerable.Range(0, api.Body?.Count ?? 0).ToArray();
    }
}

/// <summary>The same to a request in the form of Amplitude's HTTP V2 API.</summary>
/// <param name="Accepted">They are on disk and will be delivered: as an event, as an update of a user, or both.</param>
/// <param name="Ignored">The stream does not want them: not selected, or nothing selected in them. Nothing of them is kept.</param>
/// <param name="Refused">What cannot be delivered; kept, and shown as dropped.</param>
/// <param name="Code">200, as Amplitude's SDKs expect it.</param>
/// <param name="EventsIngested">Events that were accepted or ignored.</param>
/// <param name="PayloadSizeBytes">Bytes of the body, after decompression.</param>
/// <param name="ServerUploadTime">When it was accepted, in Unix milliseconds.</param>
internal sealed record HttpApiResponse(
    int Accepted,
    int Ignored,
    IReadOnlyList<RefusedMessage> Refused,
    int Code,
    [property: JsonPropertyName("events_ingested")] int EventsIngested,
    [property: JsonPropertyName("payload_size_bytes")] long PayloadSizeBytes,
    [property: JsonPropertyName("server_upload_time")] long ServerUploadTime)
{
    /// <param name="response">The same in our own words.</param>
    /// <param name="bytes">Of the body.</param>
    /// <param name="now">When it was accepted.</param>
    public static HttpApiResponse Of(IngestResponse response, long bytes, DateTimeOffset now) => new(
        response.Accepted, response.Ignored, response.Refused, StatusCodes.Status200OK, response.Accepted + response.Ignored, bytes, now.ToUnixTimeMilliseconds());
}
