namespace IterableForwarder.Http.Documentation;

/// <summary>The closed sets of words that several requests and responses share.</summary>
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
