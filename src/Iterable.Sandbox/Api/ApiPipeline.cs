using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>
/// One call from socket to socket: (1) read the body, (2) see which fault it meets, (3) log the arrival, (4) decide,
/// (5) log the end, (6) send. The fault is known ahead of the arrival and the end is logged ahead of sending, so that whoever waited for
/// the one or has the other finds all of it in the log.
/// </summary>
internal sealed class ApiPipeline(World world, ApiGate gate, IHostApplicationLifetime lifetime)
{
    public async Task RunAsync(HttpContext http, Endpoint endpoint)
    {
        using var body = await ReadAsync(http);
        if (body is null) return;
        var apiKey = ApiGate.ApiKeyOf(http.Request);
        var fault = world.Faults.Take(http.Request.Path, apiKey, body.Bytes.Span);
        var record = world.Calls.Arrive(http.Request, endpoint.Path, body.Bytes.Span, fault is null ? null : FaultAnswers.Name(fault.Kind));
        await PlayAsync(http, endpoint, body, record, fault);
    }

    private async Task PlayAsync(HttpContext http, Endpoint endpoint, RequestBody body, SandboxCall record, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Reset:
                world.Calls.End(record, endpoint.Path, null, 0);
                http.Abort();
                return;
            case FaultKind.Hang:
                await HangAsync(http);
                world.Calls.End(record, endpoint.Path, null, 0);
                return;
            case FaultKind.Status or FaultKind.Html or FaultKind.Empty or FaultKind.Body:
                await SendAsync(http, End(FaultAnswers.Of(fault), 0));
                return;
            case FaultKind.Delay:
                if (await DelayAsync(fault.DelayMilliseconds!.Value)) await SendAsync(http, Decide());
                else http.Abort();
                return;
            case FaultKind.AppliedThenLost:
                Decide();
                http.Abort();
                return;
            case FaultKind.Truncated:
                await SendHalfAsync(http, Decide());
                return;
            case null:
                await SendAsync(http, Decide());
                return;
            default:
                throw new InvalidOperationException($"unknown fault {fault.Kind}");
        }

        ApiAnswer Decide() => End(gate.Answer(endpoint, http.Request, body, out var members), members);

        ApiAnswer End(ApiAnswer answer, int members)
        {
            world.Calls.End(record, endpoint.Path, answer.Status, members);
            return answer;
        }
    }

    /// <summary>Null when the client went away within its own body: no call was made.</summary>
    private async Task<RequestBody?> ReadAsync(HttpContext http)
    {
        try
        {
            return await RequestBody.ReadAsync(http.Request, world.Options.MaxBodyBytes, http.RequestAborted);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task HangAsync(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = end.Token.Register(gone.SetResult);
        await gone.Task;
        http.Abort();
    }

    /// <summary>Goes on without the client, as a server behind a gateway does. False when the sandbox stops.</summary>
    private async Task<bool> DelayAsync(int milliseconds)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), world.Options.TimeProvider, lifetime.ApplicationStopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task SendAsync(HttpContext http, ApiAnswer answer)
    {
        Begin(http, answer);
        if (!answer.Body.IsEmpty) await http.Response.BodyWriter.WriteAsync(answer.Body);
    }

    private static async Task SendHalfAsync(HttpContext http, ApiAnswer answer)
    {
        Begin(http, answer);
        await http.Response.BodyWriter.WriteAsync(answer.Body[..(answer.Body.Length / 2)]);
        await http.Response.BodyWriter.FlushAsync();
        http.Abort();
    }

    private static void Begin(HttpContext http, ApiAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentLength = answer.Body.Length;
        if (!answer.Body.IsEmpty) http.Response.ContentType = answer.ContentType;
        if (answer.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = Envelope.Invariant(seconds);
    }
}
