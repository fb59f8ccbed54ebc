using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>Reads the value out of the body of a 2xx; false when the body is not what the endpoint answers with.</summary>
internal delegate bool ValueReader<T>(ReadOnlyMemory<byte> body, out T? value);

/// <summary>The one place where an answer of Iterable gets its meaning. Pure, and never throws, whatever the body.</summary>
internal static class AnswerClassifier
{
    public static CallResult ClassifyBulk(Answer answer, BulkRequest request)
    {
        if (!answer.IsSuccess)
            return ClassifyError(answer, request.EndpointClass);

        var processed = JsonReading.ReadObject(answer.Body, body => ListResponse.Read(body, request));
        return processed is null ? Unreadable(answer) : processed with { StatusCode = answer.StatusCode };
    }

    public static CallResult ClassifyValue<T>(Answer answer, EndpointClass endpointClass, ValueReader<T> read)
    {
        if (!answer.IsSuccess)
            return ClassifyError(answer, endpointClass);

        return read(answer.Body, out var value)
            ? new CallResult<T> { Kind = CallResultKind.Processed, StatusCode = answer.StatusCode, Value = value }
            : Unreadable(answer);
    }

    private static CallResult Unreadable(Answer answer) => new()
    {
        Kind = CallResultKind.Unavailable,
        StatusCode = answer.StatusCode,
        Code = JsonReading.ReadObject<object>(answer.Body, _ => ErrorCodes.NotAnAnswer) is null ? ErrorCodes.NotJson : ErrorCodes.NotAnAnswer,
    };

    private static CallResult ClassifyError(Answer answer, EndpointClass endpointClass)
    {
        var error = ErrorBody.Read(answer.Body);
        var kind = KindOf(answer.StatusCode, error, endpointClass);
        return new CallResult
        {
            Kind = kind,
            StatusCode = answer.StatusCode,
            Code = error.Code,
            Message = error.ShortMessage,
            RetryAfter = kind is CallResultKind.RateLimited or CallResultKind.Unavailable
                ? RetryWait.Longer(RetryWait.FromHeader(answer.RetryAfter, answer.ReceivedAt), error.RateLimitReset)
                : null,
            RefusalReason = kind is CallResultKind.RequestRefused ? ReasonOf(error.Code) : MemberFailureReason.Refused,
            FieldMismatches = kind is CallResultKind.RequestRefused ? error.FieldMismatches : [],
        };
    }

    // Redirects fall under Unavailable: they are never followed, as the key would travel along.
    private static CallResultKind KindOf(int statusCode, ErrorBody error, EndpointClass endpointClass) => statusCode switch
    {
        413 => CallResultKind.TooLarge,
        400 when error.Code == "BatchTooLarge" => CallResultKind.TooLarge,
        400 when error.NamesInvalidList => CallResultKind.ListNotFound,
        404 when endpointClass == EndpointClass.Lists => CallResultKind.ListNotFound,
        400 or 409 or 422 => CallResultKind.RequestRefused,
        401 => CallResultKind.CredentialsRejected,
        403 => CallResultKind.Forbidden,
        429 => CallResultKind.RateLimited,
        _ => CallResultKind.Unavailable,
    };

    private static MemberFailureReason ReasonOf(string? code) => code switch
    {
        "InvalidEmailAddressError" or "InvalidUserIdError" => MemberFailureReason.Invalid,
        "ForgottenUserError" => MemberFailureReason.Forgotten,
        "RequestFieldsTypesMismatched" => MemberFailureReason.InvalidData,
        _ => MemberFailureReason.Refused,
    };
}
