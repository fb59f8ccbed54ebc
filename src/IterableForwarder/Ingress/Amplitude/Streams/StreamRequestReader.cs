using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Where messages go.</summary>
/// <param name="Stream">As it is set now.</param>
/// <param name="Events">Its events' side.</param>
/// <param name="Users">Its users' side.</param>
/// <param name="Project">Its project.</param>
internal sealed record StreamTarget(EventStream Stream, Connection Events, Connection Users, Project Project);

/// <summary>What every request to a stream begins with: the stream, the right to it, and the body.</summary>
internal sealed class StreamRequestReader(IProjectDirectory directory, IStreamDirectory streams, IOptions<IngestOptions> options)
{
    /// <summary>True with the stream; false with the answer that refuses the request.</summary>
    public bool TryFind(
        string id, HttpContext context, [NotNullWhen(true)] out StreamTarget? target, [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        (target, refusal) = (null, null);
        if (!ConnectionId.TryParse(id, out var streamId)
            || !streams.TryGet(streamId, out var stream)
            || !directory.TryGet(stream.Id, out var events)
            || !directory.TryGet(stream.UsersId, out var users)
            || !directory.TryGet(stream.ProjectId, out var project))
        {
            refusal = TypedResults.Problem("There is no stream with this id.", statusCode: StatusCodes.Status404NotFound);
        }
        else if (!context.User.MayUse(project.Id))
        {
            refusal = TypedResults.Problem("The key does not serve this stream's project.", statusCode: StatusCodes.Status403Forbidden);
        }
        else
        {
            target = new(stream, events, users, project);
        }
        return refusal is null;
    }

    /// <summary>Opens the body; or the answer that refuses it.</summary>
    public (IncomingBody? Body, ProblemHttpResult? Refusal) Open(HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return (null, BodyAnswers.NotJson("messages"));
        var body = IncomingBody.Open(context.Request, options.Value.MaxBodyBytes, isHashed: false);
        return body is null ? (null, BodyAnswers.UnknownEncoding()) : (body, null);
    }

    /// <summary>Reads the body to its end. Null, or the answer that refuses it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="context">The request.</param>
    /// <param name="arrayName">What an array of messages is called.</param>
    /// <param name="take">Receives each message.</param>
    /// <param name="faults">Those of the body, beside those that <paramref name="take"/> finds.</param>
    public static async Task<ProblemHttpResult?> ReadAsync(
        IncomingBody body, HttpContext context, string arrayName, Action<MessagePlace, ReadOnlyMemory<byte>> take, Faults faults)
    {
        var parser = new MessagesParser(arrayName, take, faults);
        var refusal = await BodyAnswers.ReadAsync(ReadBodyAsync, faults);
        var api = HttpApi.Of(context);
        (api.IsUsed, api.Events) = (parser.IsHttpApi, parser.Count);
        if (refusal is not null) return refusal;
        if (parser.HasTooMany) return BodyAnswers.Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {MessagesParser.MostMessages} messages. Nothing was accepted.");
        return faults.Count > 0 ? faults.ToResult() : null;

        async Task ReadBodyAsync()
        {
            await BodyLoop.ReadAsync(body.Reader, parser, onFull: null, context.RequestAborted);
            parser.Finish();
        }
    }
}
