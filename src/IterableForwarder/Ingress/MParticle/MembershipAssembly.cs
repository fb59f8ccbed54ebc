using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>audience_membership_change_request: who entered and who left.</summary>
internal sealed class MembershipAssembly(Accounts accounts, Audiences audiences, Suspension suspension, IOptions<IngestOptions> options, TimeProvider time)
{
    public async Task<Offer> AssembleAsync(FirehoseRequest request)
    {
        var named = request.Message.Changes.Audiences;
        var isHeartbeat = named.Count == 0;
        var found = isHeartbeat ? accounts.Find(request) : await accounts.GetOrCreateAsync(named, request);
        if (found.Refusal is not null) return Offer.None(found.Refusal);
        // whatever is answered, what has arrived is kept: only what mParticle then holds back is not ours
        var suspend = found.Project is { } project && suspension.IsDue(project, request);
        if (isHeartbeat) return Offer.None(request.Response(suspend));

        var connections = await audiences.GetOrCreateAsync(found.Project!, named, request);
        if (connections.Refusal is not null) return Offer.None(connections.Refusal);
        return Offer.OnceById(
            request.KeysOf(found.Project!, request.Message.Changes.ContentHash()),
            dropped => BatchesOf(found.Project!, connections, request, dropped),
            _ => request.Response(suspend));
    }

    /// <summary>One for each connection and list, each with its changes in the order of the message.</summary>
    private List<NewBatch> BatchesOf(Project project, FoundConnections found, FirehoseRequest request, string? dropped)
    {
        var connections = found.Connections;
        var audiencesOf = request.Message.Changes.Audiences;
        var drafts = new Dictionary<(FeedId, long?), BatchDraft>();
        var draftOf = new BatchDraft[connections.Count];
        // most messages name fewer audiences than lists are allowed of each
        var lists = connections.Count > options.Value.MaxListsPerMessage ? new ListCount(options.Value.MaxListsPerMessage) : null;
        var first = lists is null ? null : new Dictionary<FeedId, BatchDraft>();
        var tooMany = lists is null ? null : new HashSet<int>();
        for (var i = 0; i < connections.Count; i++)
        {
            var rule = RuleOf(project, connections[i], found.IsBeyond(i) ? default : audiencesOf[i].List, request.Message.Account);
            var key = (connections[i].Id, rule.ListId);
            if (lists?.TryAdd(connections[i].Id, rule.ListId) == false)
            {
                // together with those of the audience's first list: one rule for each list is what must not be
                draftOf[i] = first![connections[i].Id];
                tooMany!.Add(i);
                continue;
            }
            if (!drafts.TryGetValue(key, out var draft)) drafts[key] = draft = new BatchDraft(connections[i], rule, request.ReceivedAt);
            draftOf[i] = draft;
            first?.TryAdd(connections[i].Id, draft);
        }
        foreach (var (change, number, detail) in request.Message.Changes.At(request.Message.Timestamp))
        {
            if (found.IsBeyond(number))
                draftOf[number].AddWithoutConnection(change, audiencesOf[number].Id, new KeptList(audiencesOf[number].List.ListId));
            else
                draftOf[number].Add(change, detail ?? DetailOf(audiencesOf[number], draftOf[number].Rule), dropped ?? (tooMany?.Contains(number) == true ? Reasons.TooManyLists : null));
        }
        return [.. drafts.Values.Select(d => d.ToBatch(BatchId.New(time), request.Message.Id))];
    }

    /// <summary>Each message is accepted under what it says itself; an operator's word on the connection wins.</summary>
    private static EntryRule RuleOf(Project project, Connection connection, ListSetting list, Account account)
    {
        var listId = connection is { FollowsSource: false, ListId: { } chosen } ? chosen : list.ListId;
        var userId = connection.UserId ?? account.UserId ?? project.UserId;
        return new(listId, connection.RuleFor(project) with { Identity = userId });
    }

    private static string? DetailOf(GatheredAudience audience, EntryRule rule) =>
        rule.ListId is null && audience.List.Given is { } given ? $"listId is '{given}'" : null;
}
