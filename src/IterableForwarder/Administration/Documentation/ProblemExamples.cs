namespace IterableForwarder.Administration.Documentation;

/// <summary>An example of each refusal.</summary>
internal static class ProblemExamples
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    /// <summary>Null for a status that nothing answers.</summary>
    public static string? Of(int status) => status switch
    {
        400 => $$"""
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
             "errors":{"budgets.lists":["must be 0.1 to 100000"],"name":["is required"]},"faultCount":2,"traceId":"{{Trace}}"}
            """,
        401 => Problem(401, "rfc9110#section-15.5.2", "Unauthorized", "No key came with the request. Send one as 'Authorization: Bearer <key>'."),
        403 => Problem(403, "rfc9110#section-15.5.4", "Forbidden", "The key opens the metrics only."),
        404 => Problem(404, "rfc9110#section-15.5.5", "Not found.", "The connection does not exist."),
        409 => Problem(409, "rfc9110#section-15.5.10", "Conflict with an existing resource.", "Another project already uses this API key."),
        413 => Problem(413, "rfc9110#section-15.5.14", "Content Too Large", "The body is larger than this path accepts."),
        415 => Problem(415, "rfc9110#section-15.5.16", "Unsupported Media Type", "Send application/json."),
        422 => Problem(422, "rfc9110#section-15.5.21", "Iterable does not accept the API key.", "BadApiKey: Invalid API key. Nothing was stored."),
        429 => Problem(429, "rfc6585#section-4", "Too many changes are pending for the connection.", "50,000,000 changes are pending; the limit is 50,000,000 (Ingest:MaxPendingPerConnection)."),
        500 => Problem(500, "rfc9110#section-15.6.1", "An error occurred while processing your request.", "Unexpected error. The log of the service has the details."),
        502 => Problem(502, "rfc9110#section-15.6.3", "Iterable could not be asked.", "Timeout: Iterable did not answer within 5 s. Nothing was stored."),
        503 => Problem(503, "rfc9110#section-15.6.4", "The store is not available.", "The database cannot be written: database or disk is full"),
        _ => null,
    };

    private static string Problem(int status, string definition, string title, string detail) => $$"""
        {"type":"https://tools.ietf.org/html/{{definition}}","title":"{{title}}","status":{{status}},"detail":"{{detail}}","traceId":"{{Trace}}"}
        """;
}
