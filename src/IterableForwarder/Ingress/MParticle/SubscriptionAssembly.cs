using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>audience_subscription_request: an audience is connected, set anew, or taken away.</summary>
internal sealed class SubscriptionAssembly(
    Accounts accounts, Audiences audiences, NewAudiences known, IProjectDirectory directory, OncePerHour once, ILogger<SubscriptionAssembly> log)
{
    /// <summary>It brings no changes: once the connection is set, the response is known.</summary>
    public async Task<Offer> AssembleAsync(FirehoseRequest request) => Offer.None(await HandleAsync(request));

    private async Task<IResult> HandleAsync(FirehoseRequest request)
    {
        var audience = request.Message.Audience;
        var word = audience.Action?.ToLowerInvariant();
        if (word is "add" or "update") return await SetAsync(audience, request);
        if (word is "remove") return await CloseAsync(audience, request);
        if (once.IsDue("subscription", request.Message.Account.Id ?? ""))
            MParticleLog.UnsupportedSubscription(log, request.Message.Account.Id);
        return request.Response();
    }

    /// <summary>An update of what was never added is an addition whose message was lost.</summary>
    private async Task<IResult> SetAsync(Audience audience, FirehoseRequest request)
    {
        var gathered = new GatheredAudience(0, audience.Id, audience.List) { Name = audience.Name };
        var found = await accounts.GetOrCreateAsync([gathered], request);
        if (found.Project is not { } project) return found.Refusal!;
        var connections = await audiences.GetOrCreateAsync(project, [gathered], request);
        if (connections.Refusal is not null) return connections.Refusal;
        // an audience that may have no connection brings its settings again with each of its changes, which are kept
        if (connections.Bin is null) await SetClosedAsync(connections.Connections[0], false, request);
        return request.Response();
    }

    /// <summary>What was accepted is still delivered, and its history stays. Of what is not known there is nothing to close.</summary>
    private async Task<IResult> CloseAsync(Audience audience, FirehoseRequest request)
    {
        var found = accounts.Find(request);
        if (found.Refusal is not null) return found.Refusal;
        if (found.Project is { } project && known.TryFind(project.Id, Source.MParticle, audience.Id, out var connection))
            await SetClosedAsync(connection, true, request);
        return request.Response();
    }

    /// <summary>A message that comes late does not undo a newer one.</summary>
    private async Task SetClosedAsync(Connection connection, bool closed, FirehoseRequest request)
    {
        var after = await directory.UpdateAsync(
            connection.Id,
            c => c.Closed == closed || request.Time < c.SourceTime ? c : c with { Closed = closed, SourceTime = request.Time },
            request.Aborted);
        if (after is null || connection.Closed == after.Closed) return;
        if (closed) MParticleLog.Closed(log, connection.Id.ToString(), connection.ProjectId.ToString());
        else MParticleLog.Reopened(log, connection.Id.ToString(), connection.ProjectId.ToString());
    }
}
