namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Examples for the documentation.</summary>
internal static class CohortsExamples
{
    public const string Message =
        """
        {"cohort_name":"Loyal shoppers","cohort_id":"7khm89cz","in_cohort":true,"computed_time":"1767600000",
         "message_id":"9baaa88f-9d46-4ee5-a946-be0c6aea0046::enter::0",
         "users":[{"user_id":"c-1","user_properties":{"email":"ann@example.com"}},{"user_id":"c-2"}]}
        """;

    public const string Answer = """{"batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","received":2}""";

    public const string Faults =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
         "errors":{"cohort_id":["is required"],"in_cohort":["must be true or false"]},"faultCount":2,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;
}
