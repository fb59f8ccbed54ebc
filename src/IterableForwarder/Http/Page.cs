using System.Globalization;
using System.Text.Json.Serialization;
using FluentValidation;
using IterableForwarder.Changes;

namespace IterableForwarder.Http;

/// <summary>Which part of a list is wanted.</summary>
internal record PageRequest
{
    public const int DefaultLimit = 100;

    /// <summary>The most items to return, 1 to 1000; 100 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The <c>next</c> of the previous page.</summary>
    public string? After { get; init; }

    /// <summary>Cuts the page out of all items, in the order of their ids, which is by age.</summary>
    public (IReadOnlyList<T> Items, string? Next) Cut<T>(IEnumerable<T> all, Func<T, Guid> idOf)
    {
        var after = OpaqueId.Parse(After);
        var limit = Limit ?? DefaultLimit;
        var items = all.Where(item => idOf(item).CompareTo(after) > 0).OrderBy(idOf).Take(limit + 1).ToList();
        if (items.Count <= limit) return (items, null);
        items.RemoveAt(limit);
        return (items, idOf(items[^1]).ToString("N"));
    }
}

/// <summary>Which part of a list is wanted whose items have numbers.</summary>
internal sealed record NumberedPageRequest : PageRequest
{
    /// <summary>The number of the last item of the previous page; null to begin.</summary>
    public long? Last() => NumberOf(After);

    public static long? NumberOf(string? after) => long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Part of a list.</summary>
internal sealed record Page<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Give it as <c>after</c> to get the page that follows; null on the last one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Next { get; init; }
}

internal abstract class PageRules<T> : AbstractValidator<T>
    where T : PageRequest
{
    /// <param name="isNext">Whether a text can be the <c>next</c> of such a list.</param>
    protected PageRules(Func<string, bool> isNext)
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.After).Must(after => after is null || isNext(after)).WithMessage("must be the 'next' of the previous page");
    }

    /// <summary>Of a list in the order of ids.</summary>
    protected PageRules()
        : this(after => OpaqueId.Parse(after) != default)
    {
    }
}

internal sealed class PageRequestRules : PageRules<PageRequest>;

internal sealed class NumberedPageRules() : PageRules<NumberedPageRequest>(after => NumberedPageRequest.NumberOf(after) is not null);
