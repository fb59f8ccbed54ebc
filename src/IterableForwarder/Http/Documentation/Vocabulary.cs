namespace IterableForwarder.Http.Documentation;

/// <summary>The closed sets of words that several requests and answers share.</summary>
internal enum Vocabulary
{
    DataCenters,
    ProjectTypes,
    IdentityRules,
    Sources,
    ConnectionStates,
    HoldKinds,
    HoldReasons,
    WaitReasons,
    KeyKinds,
    IdentifierTypes,
    FilterOperators,
    ChangeKinds,
    ChangeActions,
    Outcomes,
    UndeliveredOutcomes,
    Reasons,
}
