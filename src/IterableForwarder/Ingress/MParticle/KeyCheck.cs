using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What Iterable's answer says of a new key.</summary>
internal enum KeyVerdict
{
    /// <summary>It shows a list of the project: it is a key of the same project.</summary>
    SameProject,

    /// <summary>It works, and shows none of the project's lists.</summary>
    OtherProject,

    /// <summary>Iterable refuses it. It may be a slip of the hand, or not work yet.</summary>
    Refused,

    /// <summary>Iterable cannot be asked now.</summary>
    Unknown,
}

/// <summary>Asks Iterable whose key it is.</summary>
internal sealed class KeyCheck(IterableClient client, IProjectBudgets budgets, TimeProvider time)
{
    /// <summary>The message that brings a new key waits for the answer; mParticle tries again what took too long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="project">The project it may be a new key of; it is asked out of this one's budget.</param>
    /// <param name="lists">Its lists: one of them has to be shown.</param>
    /// <param name="apiKey">The new key.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more.</param>
    public async Task<(KeyVerdict Verdict, string? Code)> AskAsync(
        Project project, IReadOnlySet<long> lists, string apiKey, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var answer = await client.GetListsAsync(new(apiKey, project.DataCenter, budgets.For(project)), either.Token);
            return (VerdictOf(answer, lists), answer.Code ?? answer.Kind.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (KeyVerdict.Unknown, "Timeout");
        }
    }

    private static KeyVerdict VerdictOf(CallResult<IReadOnlyList<IterableList>> answer, IReadOnlySet<long> lists) => answer.Kind switch
    {
        CallResultKind.Processed => answer.Value!.Any(l => lists.Contains(l.Id)) ? KeyVerdict.SameProject : KeyVerdict.OtherProject,
        CallResultKind.CredentialsRejected or CallResultKind.Forbidden => KeyVerdict.Refused,
        _ => KeyVerdict.Unknown,
    };
}
