using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>Why, since when and by whom something does not flow.</summary>
/// <param name="Reason">A word of the contract, such as <c>credentialsRejected</c> or <c>pause</c>.</param>
/// <param name="Detail">Iterable's words or the operator's; may be null.</param>
/// <param name="By"><c>service</c>, or the name of the key that asked.</param>
/// <param name="Since">When it began.</param>
internal sealed record HoldCause(string Reason, string? Detail, string By, DateTimeOffset Since)
{
    /// <summary>The reason of whatever an operator paused.</summary>
    public const string Paused = "pause";

    /// <summary>The reason of a project whose stored key cannot be decrypted, as the key ring is gone.</summary>
    public const string KeyUnreadable = "keyUnreadable";

    /// <summary>The reason of a project whose key Iterable does not accept.</summary>
    public const string CredentialsRejected = "credentialsRejected";

    /// <summary>The reason of a project whose key may not use a class of endpoint.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The reason of a connection whose list Iterable does not know.</summary>
    public const string ListNotFound = "listNotFound";

    /// <summary>The reason of a connection whose requests Iterable refuses, whoever is in them.</summary>
    public const string RequestRefused = "requestRefused";

    /// <summary>The reason of a connection with an entry that cannot be processed, which is an error of the service's own.</summary>
    public const string InternalError = "internalError";

    /// <summary>Who asked, where it was the service itself.</summary>
    public const string Service = "service";
}

/// <summary>Who changes something: <see cref="HoldCause.Service"/>, or the name of a key.</summary>
/// <param name="Reason">Why a pause or a hold ends with the change, in the operator's words; null where nobody said so.</param>
internal readonly record struct Author(string Name, string? Reason = null)
{
    public static implicit operator Author(string name) => new(name);
}

/// <summary>What a source that brings its own settings has said of a project.</summary>
internal sealed record ProjectSource
{
    /// <summary>The source's accounts that have sent this project's key: a new key from one of them may be a rotation.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Created by the source, whose messages still set it; false for what an operator created or changed.</summary>
    public bool FollowsSource { get; init; }

    /// <summary>The source's time of the message that last set its settings, in Unix milliseconds.</summary>
    public long? SettingsTime { get; init; }

    /// <summary>The source's time of the message that last set its key, in Unix milliseconds.</summary>
    public long? KeyTime { get; init; }
}

/// <summary>An Iterable project and its key, decrypted: never written to an answer or a log.</summary>
internal sealed record Project : ProjectSettings
{
    public Project()
    {
    }

    public Project(ProjectSettings settings)
        : base(settings)
    {
    }

    public required ProjectId Id { get; init; }

    /// <summary>Empty where the stored key cannot be decrypted; the project is then held as <see cref="HoldCause.KeyUnreadable"/>.</summary>
    public required string ApiKey { get; init; }

    public string? SegmentSecret { get; init; }

    /// <summary>Set while the project is held; null while it is active.</summary>
    public HoldCause? Hold { get; init; }

    /// <summary>What a source that brings its own settings has said of it; null where none did.</summary>
    public ProjectSource? Source { get; init; }

    /// <summary>True until Iterable has accepted the key in a call.</summary>
    public bool KeyUnverified { get; init; } = true;

    /// <summary>True once a source has sent events that are about no audience and are therefore ignored.</summary>
    public bool EventsIgnored { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The project with another key: a new key is a new chance, so it ends a hold.</summary>
    public Project WithApiKey(string apiKey) => apiKey == ApiKey ? this : this with { ApiKey = apiKey, Hold = null, KeyUnverified = true };

    /// <summary>Never shows a secret.</summary>
    public override string ToString() => $"Project {Id}";
}
