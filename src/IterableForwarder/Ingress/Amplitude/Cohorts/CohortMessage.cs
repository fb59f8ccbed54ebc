using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>A message of the cohort webhook as far as it has been read. Its fields come in any order.</summary>
/// <param name="limit">How many users it may have; null for any number.</param>
internal sealed class CohortMessage(ChangeLimit? limit = null)
{
    /// <summary>A connection's list is named in at most 200 characters, and its audience too.</summary>
    private const int MaxCharacters = 200;

    private const string ListPrefix = "[Amplitude] ";

    /// <summary>Null where it is missing or blank.</summary>
    public string? CohortId { get; set; }

    /// <summary>Exactly as it came; null where it is missing or blank.</summary>
    public string? CohortName { get; set; }

    /// <summary>Whether the users entered or left; null for anything but true and false.</summary>
    public bool? InCohort { get; set; }

    /// <summary>When the cohort was computed, in Unix milliseconds; null where it is missing or no time.</summary>
    public long? ComputedTime { get; set; }

    /// <summary>Null where it has none.</summary>
    public string? MessageId { get; set; }

    /// <summary>What is wrong with <c>users</c> itself; null where it is an array.</summary>
    public string? UsersError { get; set; }

    public GatheredUsers Users { get; } = new(limit ?? ChangeLimit.None);

    /// <summary>
    /// All that is wrong with the message as a whole. Nothing is guessed: a list of the wrong name, or a direction that was not said,
    /// would put people where they do not belong, while a message that is refused is sent again and shows as failed at its source.
    /// </summary>
    public void Check(ValidationErrors errors)
    {
        if (CohortId is null) errors.Add("cohort_id", "is required");
        else if (CohortId.Length > MaxCharacters) errors.Add("cohort_id", $"must have at most {MaxCharacters} characters");
        if (CohortName is null) errors.Add("cohort_name", "is required");
        else if (CohortName.Length > MaxCharacters - ListPrefix.Length) errors.Add("cohort_name", $"must have at most {MaxCharacters - ListPrefix.Length} characters");
        if (InCohort is null) errors.Add("in_cohort", "must be true or false");
        if (UsersError is not null) errors.Add("users", UsersError);
    }

    /// <summary>Whose users these are. A clock that runs ahead is not believed when it comes to which of two names is the newer.</summary>
    public Cohort ToCohort(DateTimeOffset receivedAt)
    {
        var now = receivedAt.ToUnixTimeMilliseconds();
        return new(CohortId!, CohortName!, ListPrefix + CohortName, Math.Min(ComputedTime ?? now, now));
    }
}
