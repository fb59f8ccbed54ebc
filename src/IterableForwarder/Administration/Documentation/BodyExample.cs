namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// An example for the documentation, as metadata of an endpoint (<c>WithMetadata</c>): of the request's body, or of the answer
/// with <paramref name="Status"/>.
/// </summary>
/// <param name="Content">The body: JSON for a JSON media type, otherwise text.</param>
/// <param name="Status">Null for the request.</param>
/// <param name="MediaType">Which of several media types; null for all JSON ones.</param>
internal sealed record BodyExample(string Content, int? Status = null, string? MediaType = null);
