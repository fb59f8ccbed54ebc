namespace IterableForwarder.Http.Documentation;

/// <summary>
/// An example for the documentation, of the request's body or of a response: on a controller's action, or as metadata of an
/// endpoint (<c>WithMetadata</c>).
/// </summary>
/// <param name="content">The body: JSON for a JSON media type, otherwise text.</param>
/// <param name="status">The status of the response; <see cref="Request"/> for the request.</param>
/// <param name="mediaType">Which of several media types; null for all JSON ones.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class BodyExampleAttribute(string content, int status = BodyExampleAttribute.Request, string? mediaType = null) : Attribute
{
    public const int Request = 0;

    public string Content => content;

    public int Status => status;

    public string? MediaType => mediaType;
}
