using IterableForwarder.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Body;

/// <summary>What is answered to a body that cannot be read, whatever source it comes from.</summary>
internal static class BodyAnswers
{
    /// <summary>Reads it. Null when that went well, or what is wrong stands among the faults; else the answer that refuses it at once.</summary>
    /// <param name="read">Reads the body to its end.</param>
    /// <param name="faults">Receives what is wrong with the body.</param>
    public static async Task<ProblemHttpResult?> ReadAsync(Func<Task> read, Faults faults)
    {
        try
        {
            await read();
        }
        catch (BodyTooLargeException e)
        {
            return Refuse(StatusCodes.Status413PayloadTooLarge, e.Message);
        }
        catch (InvalidDataException)
        {
            faults.Add("$", "is not the gzip that its Content-Encoding says");
        }
        return null;
    }

    /// <param name="what">What was to be sent.</param>
    public static ProblemHttpResult NotJson(string what) => Refuse(StatusCodes.Status415UnsupportedMediaType, $"Send the {what} as {MediaTypes.Json}.");

    public static ProblemHttpResult UnknownEncoding() => Refuse(StatusCodes.Status415UnsupportedMediaType, "The only Content-Encoding understood is gzip.");

    public static ProblemHttpResult Refuse(int status, string why) => TypedResults.Problem(why, statusCode: status);
}
