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
}

/// <summary>Part of a list.</summary>
internal sealed record Page<T>
{
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Give it as <c>after</c> to get the page that follows; null on the last one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Next { get; init; }
}

internal static class Paging
{
    /// <summary>Cuts the page out of everything, ordered by id, which is by age.</summary>
    public static (IReadOnlyList<T> Items, string? Next) Cut<T>(this IEnumerable<T> all, PageRequest request, Func<T, Guid> idOf)
    {
        var after = OpaqueId.Parse(request.After);
        var limit = request.Limit ?? PageRequest.DefaultLimit;
        var items = all.Where(item => idOf(item).CompareTo(after) > 0).OrderBy(idOf).Take(limit + 1).ToList();
        if (items.Count <= limit) return (items, null);
        items.RemoveAt(limit);
        return (items, idOf(items[^1]).ToString("N"));
    }
}

internal abstract class PageRules<T> : AbstractValidator<T>
    where T : PageRequest
{
    protected PageRules()
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.After).Must(a => a is null || OpaqueId.Parse(a) != default).WithMessage("must be the 'next' of the previous page");
    }
}

internal sealed class PageRequestRules : PageRules<PageRequest>;
