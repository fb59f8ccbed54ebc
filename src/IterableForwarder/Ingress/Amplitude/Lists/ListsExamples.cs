namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Examples for the documentation.</summary>
internal static class ListsExamples
{
    public const string Request = """{"name":"[Amplitude] Loyal shoppers: 7khm89cz"}""";

    public const string Answer = """{"id":"0199c0df01127d5c9a7b6c5d4e3f2a10"}""";

    public const string Users = """{"userIds":["c-1","c-2"]}""";

    public const string Accepted = """{"batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","received":2}""";

    public const string NameFault =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,"errors":{"name":["is required: a text"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    public const string UsersFault =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,"errors":{"userIds":["must be an array"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;
}
