namespace IterableForwarder.Http.Documentation;

/// <summary>The closed sets of words that several requests and answers share.</summary>
internal enum Vocabulary
{
    DataCenters,
    IdentityRules,
    Sources,
    ConnectionStates,
    HoldReasons,
    WaitReasons,
    KeyKinds,
    ChangeKinds,
    ChangeActions,
    Outcomes,
    UndeliveredOutcomes,
    Reasons,
}
