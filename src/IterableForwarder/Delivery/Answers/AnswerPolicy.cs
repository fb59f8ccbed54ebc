using Iterable.Client.Results;

namespace IterableForwarder.Delivery.Answers;

/// <summary>What becomes of the members of a call.</summary>
internal enum MemberStep
{
    /// <summary>Those that Iterable named are settled by what it said of them, the others as delivered.</summary>
    Settle,

    /// <summary>They wait for another call.</summary>
    Release,

    /// <summary>Who made Iterable refuse the call is looked for.</summary>
    Bisect,

    /// <summary>They go in smaller calls.</summary>
    Halve,
}

/// <summary>What an answer says of the list, the connection or the project.</summary>
internal enum HoldStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The queue works: a hold of it ends.</summary>
    End,

    /// <summary>The queue's requests are still refused in the words of its hold.</summary>
    Keep,

    /// <summary>The list is gone: changes for it are held.</summary>
    List,

    /// <summary>The list is gone, and its name is known: it is looked for by name, and created again.</summary>
    FindListAgain,

    /// <summary>The key may not use the class of endpoint, which only this feed uses: it is held.</summary>
    Forbidden,

    /// <summary>The key may not use lists: the project is held.</summary>
    ProjectForbidden,

    /// <summary>The key is refused: the project is held.</summary>
    ProjectCredentials,
}

/// <summary>What an answer says of the key.</summary>
internal enum KeyStep
{
    /// <summary>Nothing; a project that is held is tried again at the next probe.</summary>
    Unknown,

    /// <summary>Iterable accepts it.</summary>
    Works,

    /// <summary>Iterable refuses it.</summary>
    Refused,
}

/// <summary>What an answer says of the wait before the next call.</summary>
internal enum WaitStep
{
    None,

    /// <summary>Failures in a row are over.</summary>
    Clear,

    /// <summary>One more failure: the queue waits.</summary>
    BackOff,

    /// <summary>Iterable wants fewer requests of this class from the project.</summary>
    SlowDown,
}

/// <summary>What is known beside an answer.</summary>
internal readonly record struct AnswerFacts
{
    /// <summary>Whether the call was about a list.</summary>
    public bool IsOfList { get; init; }

    /// <summary>Whether the project has another key by now: what was said of the one before does not count.</summary>
    public bool HasNewKey { get; init; }

    /// <summary>Whether we created the list so lately that Iterable may not know it everywhere.</summary>
    public bool IsNewList { get; init; }

    /// <summary>Whether the list was found or created by a name that the connection still has.</summary>
    public bool IsListByName { get; init; }

    /// <summary>Whether the queue is held for just what Iterable says here.</summary>
    public bool IsHeldInTheseWords { get; init; }

    /// <summary>Whether the call was sent before the last failure: calls that flew together fail once.</summary>
    public bool IsKnownFailure { get; init; }

    /// <summary>The longest wait that Iterable may ask for.</summary>
    public TimeSpan MaxRetryAfter { get; init; }
}

/// <summary>What an answer calls for.</summary>
internal readonly record struct AnswerDecision(MemberStep Members, KeyStep Key)
{
    public HoldStep Hold { get; init; }

    public WaitStep Wait { get; init; }

    /// <summary>The wait that Iterable asked for, at most the maximum; null where it named none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether Iterable asked for a longer wait than it gets.</summary>
    public bool IsRetryAfterCut { get; init; }

    /// <summary>Whether the request got past Iterable's rate limit.</summary>
    public bool GotThrough { get; init; }
}

/// <summary>Decides what an answer of Iterable calls for: the table in docs/guarantees.md, a row for each kind of result. Pure.</summary>
internal static class AnswerPolicy
{
    /// <exception cref="ArgumentOutOfRangeException">The result is of an unknown kind.</exception>
    public static AnswerDecision Decide(CallResult result, AnswerFacts facts)
    {
        var decision = DecideKind(result, facts) with { GotThrough = result is { Attempts: > 0, StatusCode: not null } && result.Kind != CallResultKind.RateLimited };
        if (result.RetryAfter is not { } asked || decision.Wait is not (WaitStep.BackOff or WaitStep.SlowDown)) return decision;
        return asked > facts.MaxRetryAfter
            ? decision with { RetryAfter = facts.MaxRetryAfter, IsRetryAfterCut = true }
            : decision with { RetryAfter = asked };
    }

    private static AnswerDecision DecideKind(CallResult result, AnswerFacts facts) => result.Kind switch
    {
        CallResultKind.Processed => new(MemberStep.Settle, KeyStep.Works) { Hold = HoldStep.End, Wait = WaitStep.Clear },
        CallResultKind.RequestRefused => new(facts.IsHeldInTheseWords ? MemberStep.Release : MemberStep.Bisect, KeyStep.Works)
        {
            Hold = facts.IsHeldInTheseWords ? HoldStep.Keep : HoldStep.End,
            Wait = WaitStep.Clear,
        },
        CallResultKind.TooLarge => new(MemberStep.Halve, KeyStep.Works),
        CallResultKind.ListNotFound when facts.IsNewList => new(MemberStep.Release, KeyStep.Works) { Wait = BackOffUnlessKnown(facts) },
        CallResultKind.ListNotFound when facts.IsListByName => new(MemberStep.Release, KeyStep.Works) { Hold = HoldStep.FindListAgain },
        CallResultKind.ListNotFound => new(MemberStep.Release, KeyStep.Works) { Hold = HoldStep.List },
        CallResultKind.CredentialsRejected or CallResultKind.Forbidden when facts.HasNewKey => new(MemberStep.Release, KeyStep.Unknown),
        CallResultKind.CredentialsRejected => new(MemberStep.Release, KeyStep.Refused) { Hold = HoldStep.ProjectCredentials },
        CallResultKind.Forbidden when facts.IsOfList => new(MemberStep.Release, KeyStep.Refused) { Hold = HoldStep.ProjectForbidden },
        // a key that lacks a right is a key; and the classes of endpoint that a stream uses are used by nothing else
        CallResultKind.Forbidden => new(MemberStep.Release, KeyStep.Works) { Hold = HoldStep.Forbidden },
        // one that was not sent says nothing
        CallResultKind.RateLimited => new(MemberStep.Release, KeyStep.Unknown) { Wait = result.Attempts > 0 ? WaitStep.SlowDown : WaitStep.None },
        CallResultKind.Unavailable => new(MemberStep.Release, KeyStep.Unknown) { Wait = BackOffUnlessKnown(facts) },
        _ => throw new ArgumentOutOfRangeException(nameof(result), result.Kind, "Unknown kind of result"),
    };

    private static WaitStep BackOffUnlessKnown(AnswerFacts facts) => facts.IsKnownFailure ? WaitStep.None : WaitStep.BackOff;
}
