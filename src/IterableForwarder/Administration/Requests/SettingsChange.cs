using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace IterableForwarder.Administration.Requests;

/// <summary>A change of settings, whatever they belong to.</summary>
internal interface ISettingsChange;

/// <summary>
/// The body of a PUT or a PATCH, to be laid over the settings of the moment. A PATCH is a JSON merge patch (RFC 7396). A PUT sets what it
/// names as a whole, and what it may leave out stays.
/// </summary>
/// <typeparam name="T">All settings of the thing.</typeparam>
[ValidateNever]
internal sealed class SettingsChange<T>(JsonObject body, bool isPut, ValidationErrors found, JsonSerializerOptions options) : ISettingsChange
    where T : class
{
    /// <summary>Names nothing, and changes nothing.</summary>
    public bool IsEmpty() => body.Count == 0;

    public bool Names(string setting) => body.ContainsKey(setting);

    /// <summary>Whether a PATCH gives the setting as null.</summary>
    public bool TakesAway(string setting) => !isPut && body.TryGetPropertyValue(setting, out var value) && value is null;

    /// <summary>The settings as they are to be. They have passed no rules yet.</summary>
    public T ApplyTo(T current)
    {
        var merged = JsonSerializer.SerializeToNode(current, options)!.AsObject();
        Merge(merged, body, options.GetTypeInfo(typeof(T)));
        return merged.Deserialize<T>(options)!;
    }

    /// <summary>All that is wrong with the request, together with what its reader has found.</summary>
    public ValidationErrors Check(T merged, IValidator<T> rules)
    {
        var errors = found.Copy();
        foreach (var failure in rules.Validate(merged).Errors) errors.Add(ModelStateErrors.PathOf(failure.PropertyName), failure.ErrorMessage);
        return errors;
    }

    /// <param name="target">Is changed.</param>
    /// <param name="change">What to lay over it.</param>
    /// <param name="type">What the target is read as; null within maps of names.</param>
    private void Merge(JsonObject target, JsonObject change, JsonTypeInfo? type)
    {
        foreach (var (name, value) in change)
        {
            var within = type?.Properties.FirstOrDefault(p => p.Name == name)?.PropertyType is { } known ? options.GetTypeInfo(known) : null;
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner && (!isPut || within is { Kind: JsonTypeInfoKind.Object })) MergeInto(target, name, inner, within);
            else target[name] = value.DeepClone();
        }
    }

    private void MergeInto(JsonObject target, string name, JsonObject change, JsonTypeInfo? type)
    {
        if (target[name] is not JsonObject inner) target[name] = inner = [];
        Merge(inner, change, type);
    }
}
