using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Iterable.Client;

namespace IterableForwarder.Journal.Settings;

/// <summary>Requests a second to Iterable for each class of endpoint.</summary>
/// <remarks>Each property is called like its class of endpoint, and says its default and its bounds: a new class is a property here.</remarks>
internal sealed record Budgets
{
    private static readonly Dictionary<EndpointClass, Func<Budgets, double>> ByClass = typeof(Budgets)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToDictionary(p => Enum.Parse<EndpointClass>(p.Name), p => p.GetMethod!.CreateDelegate<Func<Budgets, double>>());

    /// <summary>Everything about lists; 10 by default.</summary>
    [NeededInPut]
    [Range(0.1, 100_000)]
    public double Lists { get; init; } = 10;

    /// <summary>Bulk updates of users; 5 by default, which is Iterable's own limit.</summary>
    [NeededInPut]
    [Range(0.1, 100_000)]
    public double Users { get; init; } = 5;

    /// <summary>Bulk tracking of events; 10 by default, which is Iterable's own limit.</summary>
    [NeededInPut]
    [Range(0.1, 100_000)]
    public double Events { get; init; } = 10;

    /// <summary>Requests a second for a class of endpoint.</summary>
    public double Of(EndpointClass endpointClass) => ByClass[endpointClass](this);
}
