namespace IterableForwarder.Mapping;

/// <summary>Which identifiers of a change say who it is about.</summary>
internal enum IdentifiedBy : byte
{
    /// <summary>Each of its identifiers.</summary>
    Either,

    /// <summary>The e-mail; the user id is only carried, and others may carry it too.</summary>
    Email,

    /// <summary>The user id; the e-mail is only carried, and others may carry it too.</summary>
    UserId,
}

/// <summary>
/// The one rule of who is one member, by the type of the project: planner, late arrivals and replays all go by it. Two changes are about
/// the same member when they share an identifier that identifies at least one of them. Pure.
/// </summary>
internal static class MemberIdentity
{
    /// <summary>
    /// What identifies in a change. A change without the identifier that identifies in its project is about whoever carries its other
    /// one: by that it is compared with all others.
    /// </summary>
    /// <param name="member">Must not be dropped.</param>
    /// <param name="rule">The mapping that the change was accepted under.</param>
    public static IdentifiedBy Of(in MappedMember member, MappingRule rule) => rule.ProjectType switch
    {
        ProjectType.Hybrid => IdentifiedBy.Either,
        ProjectType.Email => member.Email.IsEmpty ? IdentifiedBy.Either : IdentifiedBy.Email,
        ProjectType.UserId => member.UserId.IsEmpty ? IdentifiedBy.Either : IdentifiedBy.UserId,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.ProjectType, "Unknown project type"),
    };

    /// <summary>Without the identifiers that are only carried.</summary>
    public static MappedMember Only(IdentifiedBy by, in MappedMember member) => by switch
    {
        IdentifiedBy.Email => new() { Email = member.Email },
        IdentifiedBy.UserId => new() { UserId = member.UserId },
        _ => member,
    };

    /// <summary>Every identifier of a change, and whether it identifies there; none of a change that is dropped.</summary>
    public static IEnumerable<MemberIdentifier> AllOf(MappedMember member, MappingRule rule)
    {
        if (member.Dropped is not null) yield break;
        var by = Of(member, rule);
        if (!member.Email.IsEmpty) yield return new(new(MemberFingerprint.OfEmail(member.Email.Span), member.Email), by != IdentifiedBy.UserId);
        if (!member.UserId.IsEmpty) yield return new(new(MemberFingerprint.OfUserId(member.UserId.Span), member.UserId), by != IdentifiedBy.Email);
    }

    /// <summary>
    /// Those of <see cref="AllOf"/> by which a change looks for others of the same member. An e-mail that a change of a <c>userId</c>
    /// project carries is left out: it identifies nobody there, as a change without a user id is dropped, and looking it up would read
    /// the changes of everybody who shares it.
    /// </summary>
    public static IEnumerable<MemberIdentifier> TellingOf(MappedMember member, MappingRule rule) =>
        AllOf(member, rule).Where(i => i.Identifies || rule.ProjectType != ProjectType.UserId);
}

/// <summary>An identifier as one change has it.</summary>
/// <param name="Value">The identifier.</param>
/// <param name="Identifies">False where the change only carries it.</param>
internal readonly record struct MemberIdentifier(Identifier Value, bool Identifies);
