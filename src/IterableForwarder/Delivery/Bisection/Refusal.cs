using IterableForwarder.Changes;

namespace IterableForwarder.Delivery.Bisection;

/// <summary>Why Iterable refused a member, in the contract's word and in its own.</summary>
internal sealed record Refusal(string Reason, string? Code, string? Message)
{
    /// <summary>Whether Iterable says that it is the member who is wrong.</summary>
    public bool IsOfMember => Reason != Reasons.Refused;

    /// <summary>As it is kept with the member.</summary>
    public string? Detail => (Code, Message) switch
    {
        (null, null) => null,
        (null, _) => Message,
        (_, null) => Code,
        _ => $"{Code}: {Message}",
    };
}
