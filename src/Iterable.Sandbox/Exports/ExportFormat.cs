namespace Iterable.Sandbox.Exports;

/// <summary>How an export writes its users.</summary>
internal enum ExportFormat
{
    /// <summary>text/csv: a line of names, then a line for each user.</summary>
    Csv,

    /// <summary>application/x-json-stream: a JSON object on each line.</summary>
    JsonStream,
}
