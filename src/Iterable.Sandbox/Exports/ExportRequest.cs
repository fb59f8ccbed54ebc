using System.Globalization;
using System.Text;
using Iterable.Sandbox.Api;

namespace Iterable.Sandbox.Exports;

/// <summary>What an export is asked for.</summary>
internal sealed record ExportRequest
{
    private static readonly string[] Names = ["dataTypeName", "outputFormat", "delimiter", "startDateTime", "endDateTime", "onlyFields", "omitFields"];
    private static readonly string[] TimeFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss zzz"];

    public required ExportFormat Format { get; init; }

    public string Delimiter { get; init; } = ",";

    /// <summary>Inclusive; null for no bound.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Exclusive; null for no bound.</summary>
    public DateTimeOffset? End { get; init; }

    public IReadOnlySet<string>? OnlyFields { get; init; }

    public IReadOnlySet<string>? OmitFields { get; init; }

    public bool Shows(string field) => OnlyFields?.Contains(field) != false && OmitFields?.Contains(field) != true;

    /// <summary>By the time of the last update of the user.</summary>
    public bool Covers(long unixSeconds)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(unixSeconds);
        return (Start is null || time >= Start) && (End is null || time < End);
    }

    public static ExportRequest Read(ApiCall call)
    {
        var texts = new Dictionary<string, string?>();
        var reader = new BodyReader(call.Body);
        reader.BeginBody();
        while (reader.NextName())
        {
            var name = NameAt(reader);
            if (name is null) reader.SkipValue();
            else texts[name] = reader.Text(name) is { } text ? Encoding.UTF8.GetString(text.Span) : null;
        }
        reader.EndBody();
        RequireUsers(texts.GetValueOrDefault("dataTypeName"));
        return new ExportRequest
        {
            Format = FormatOf(texts.GetValueOrDefault("outputFormat")),
            Delimiter = texts.GetValueOrDefault("delimiter") ?? ",",
            Start = TimeOf(texts, "startDateTime"),
            End = TimeOf(texts, "endDateTime"),
            OnlyFields = FieldsOf(texts.GetValueOrDefault("onlyFields")),
            OmitFields = FieldsOf(texts.GetValueOrDefault("omitFields")),
        };
    }

    private static string? NameAt(in BodyReader reader)
    {
        foreach (var name in Names)
        {
            if (reader.Is(Encoding.UTF8.GetBytes(name))) return name;
        }
        return null;
    }

    private static void RequireUsers(string? dataTypeName)
    {
        if (dataTypeName is null) throw Bad("dataTypeName", "is missing");
        if (dataTypeName != "user") throw Bad("dataTypeName", "must be user: the sandbox exports nothing else");
    }

    private static ExportFormat FormatOf(string? outputFormat) => outputFormat switch
    {
        "text/csv" => ExportFormat.Csv,
        "application/x-json-stream" => ExportFormat.JsonStream,
        _ => throw Bad("outputFormat", "must be text/csv or application/x-json-stream"),
    };

    private static DateTimeOffset? TimeOf(Dictionary<string, string?> texts, string name)
    {
        if (texts.GetValueOrDefault(name) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Bad(name, "must be written as yyyy-MM-dd HH:mm:ss, with an offset such as +00:00 or without one");
    }

    private static HashSet<string>? FieldsOf(string? names) =>
        string.IsNullOrWhiteSpace(names) ? null : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static RefusedException Bad(string name, string problem) => new(Refusals.BadParams(name, problem));
}
