using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Documentation;

/// <summary>The words of each set, as the code itself uses them.</summary>
internal static class Vocabularies
{
    private static readonly string[] HoldReasons =
    [
        HoldCause.Paused, HoldCause.CredentialsRejected, HoldCause.Forbidden, HoldCause.KeyUnreadable, HoldCause.ListNotFound, HoldCause.RequestRefused, HoldCause.InternalError,
    ];

    private static readonly string[] AllReasons =
    [
        .. Reasons.OfDropped, .. Reasons.OfRejected,
    ];

    public static IReadOnlyList<string> WordsOf(OneOfAttribute oneOf) => oneOf.Vocabulary is { } vocabulary ? WordsOf(vocabulary) : oneOf.Words;

    public static IReadOnlyList<string> WordsOf(Vocabulary vocabulary) => vocabulary switch
    {
        Vocabulary.DataCenters => SettingsWords.DataCenters.All,
        Vocabulary.IdentityRules => SettingsWords.IdentityRules.All,
        Vocabulary.Sources => SettingsWords.Sources.All,
        Vocabulary.ConnectionStates => ShownState.States.All,
        Vocabulary.HoldReasons => HoldReasons,
        Vocabulary.WaitReasons => FlowStatus.ReasonWords,
        Vocabulary.KeyKinds => SettingsWords.KeyKinds.All,
        Vocabulary.ChangeKinds => ["membership", "event", "user"],
        Vocabulary.ChangeActions => ["add", "remove", "unsupported"],
        Vocabulary.Outcomes => ["pending", "delivered", "superseded", "dropped", "rejected"],
        Vocabulary.UndeliveredOutcomes => ["dropped", "rejected"],
        Vocabulary.Reasons => AllReasons,
        _ => throw new ArgumentOutOfRangeException(nameof(vocabulary), vocabulary, "Unknown vocabulary"),
    };
}
