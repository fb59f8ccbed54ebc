using System.Security.Claims;
using Iterable.Client;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A message that was read whole, and what came with it.</summary>
/// <param name="Message">The message.</param>
/// <param name="Type">Its type.</param>
/// <param name="Caller">Whose key it came with.</param>
/// <param name="DataCenter">Of the project, should it have to be created.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Aborted">Cancelled when the caller goes away.</param>
internal sealed record FirehoseRequest(
    FirehoseMessage Message, MessageType Type, ClaimsPrincipal Caller, IterableDataCenter DataCenter, DateTimeOffset ReceivedAt, CancellationToken Aborted)
{
    /// <summary>A clock that runs ahead is not believed when it comes to which of two messages is the newer.</summary>
    public long Time => Math.Min(Message.Timestamp ?? long.MaxValue, ReceivedAt.ToUnixTimeMilliseconds());

    public string ApiKey => Message.Account.ApiKey!;

    /// <summary>What keeps the message from being done twice; null where it has no id.</summary>
    /// <param name="project">Within what ids are unique.</param>
    /// <param name="content">Tells messages apart that come under one id.</param>
    public MessageIdKeys? KeysOf(Project project, byte[] content) => Message.Id is { } id ? new MessageIdKeys(project, id, content) : null;

    /// <summary>The response in the form of the protocol.</summary>
    public JsonHttpResult<FirehoseResponse> Response(bool? suspend = null) => TypedResults.Json(
        new FirehoseResponse
        {
            Type = FirehoseWords.ResponseTo(Type),
            Id = Message.Id ?? Guid.CreateVersion7(ReceivedAt).ToString(),
            TimestampMs = ReceivedAt.ToUnixTimeMilliseconds(),
            SuspendSubscription = suspend,
        },
        FirehoseJson.Default.FirehoseResponse,
        MediaTypes.Json,
        StatusCodes.Status202Accepted);
}
