using System.Text.Json.Serialization;

namespace IterableForwarder.Mapping;

/// <summary>How Iterable identifies the users of a project; fixed when the project is created there.</summary>
internal enum ProjectType
{
    Hybrid,
    Email,
    UserId,
}

/// <summary>Which identifier of a change becomes Iterable's user id.</summary>
internal enum IdentityRule
{
    /// <summary>The customer id; a change without e-mail is not forwarded.</summary>
    CustomerId,

    /// <summary>The MPID; a change without e-mail gets a placeholder address made of it.</summary>
    Mpid,

    /// <summary>E-mail and customer id as they are given, whichever there is.</summary>
    AsGiven,

    /// <summary>As <see cref="AsGiven"/>, where there is an e-mail.</summary>
    GivenEmail,

    /// <summary>As <see cref="AsGiven"/>, where there is a customer id.</summary>
    GivenUserId,
}

/// <summary>An Iterable field that is filled from an attribute of the change.</summary>
internal sealed record AttributeMapping(string Field, string Attribute);

/// <summary>All that decides how a change becomes a member. An entry keeps the rule it was accepted under.</summary>
/// <param name="ProjectType">How Iterable identifies users.</param>
/// <param name="Identity">Which identifier becomes the user id.</param>
/// <param name="Attributes">Which attribute fills which field.</param>
/// <param name="WithoutEmail">By <see cref="IdentityRule.CustomerId"/>, whether somebody without an e-mail goes by the customer id alone.</param>
internal sealed record MappingRule(
    ProjectType ProjectType,
    IdentityRule Identity,
    IReadOnlyList<AttributeMapping> Attributes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool WithoutEmail = false);
