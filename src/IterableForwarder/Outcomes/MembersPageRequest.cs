using System.Globalization;
using FluentValidation;

namespace IterableForwarder.Outcomes;

/// <summary>Which part of a batch's members is wanted.</summary>
internal sealed record MembersPageRequest
{
    /// <summary>The most items to return, 1 to 1000; 100 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The <c>next</c> of the previous page.</summary>
    public string? After { get; init; }

    /// <summary>The position to go on behind; -1 to begin.</summary>
    public long AfterIndex() => IndexOf(After) ?? -1;

    public static long? IndexOf(string? after) => long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}

internal sealed class MembersPageRules : AbstractValidator<MembersPageRequest>
{
    public MembersPageRules()
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.After).Must(a => a is null || MembersPageRequest.IndexOf(a) is not null).WithMessage("must be the 'next' of the previous page");
    }
}
