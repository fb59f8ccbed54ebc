using System.Globalization;
using FluentValidation;

namespace IterableForwarder.Administration.History;

/// <summary>Which part of a history is wanted.</summary>
internal sealed record HistoryPageRequest
{
    /// <summary>The most items to return, 1 to 1000; 100 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The <c>next</c> of the previous page.</summary>
    public string? After { get; init; }

    /// <summary>The number to go on below; above all of them to begin.</summary>
    public long Before() => NumberOf(After) ?? long.MaxValue;

    public static long? NumberOf(string? after) => long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

internal sealed class HistoryPageRules : AbstractValidator<HistoryPageRequest>
{
    public HistoryPageRules()
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.After).Must(a => a is null || HistoryPageRequest.NumberOf(a) is not null).WithMessage("must be the 'next' of the previous page");
    }
}
