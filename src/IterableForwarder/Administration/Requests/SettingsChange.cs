using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace IterableForwarder.Administration.Requests;

/// <summary>A body of settings, whatever they belong to.</summary>
internal interface ISettingsChange
{
    /// <summary>Reads the body once, so that it can be laid over any settings afterwards.</summary>
    /// <exception cref="JsonException">A setting has the wrong JSON type.</exception>
    void CheckTypes();
}

/// <summary>What a body of settings is to do.</summary>
internal enum ChangeForm
{
    /// <summary>Create something: what is left out has its default.</summary>
    Post,

    /// <summary>Replace all settings: what may be left out stays.</summary>
    Put,

    /// <summary>Change what is named: a JSON merge patch (RFC 7396).</summary>
    Patch,
}

/// <summary>The body of a PUT or a PATCH, to be laid over the settings of the moment, or of a POST, where null counts as left out.</summary>
/// <typeparam name="T">All settings of the thing.</typeparam>
/// <typeparam name="TShown">The response: PUT and PATCH ignore the fields that only it has, so that a response can be edited and sent back.</typeparam>
[ValidateNever]
internal sealed class SettingsChange<T, TShown>(JsonObject body, ChangeForm form, ValidationErrors found, JsonSerializerOptions options) : ISettingsChange
    where T : class, new()
    where TShown : class
{
    /// <inheritdoc/>
    public void CheckTypes() => ApplyTo(new T());

    /// <summary>Whether the body names nothing, and therefore changes nothing.</summary>
    public bool IsEmpty() => body.Count == 0;

    public bool Names(string setting) => body.ContainsKey(setting);

    public bool IsNull(string setting) => body.TryGetPropertyValue(setting, out var value) && value is null;

    /// <summary>Whether a PATCH gives the setting as null.</summary>
    public bool TakesAway(string setting) => form == ChangeForm.Patch && IsNull(setting);

    /// <summary>The settings as they are to be. They have passed no rules yet.</summary>
    /// <exception cref="JsonException">A setting has the wrong JSON type.</exception>
    public T ApplyTo(T current)
    {
        // a new thing begins with nothing: a record within has defaults of its own, such as an enabled part, once the body names it
        var merged = form == ChangeForm.Post ? [] : JsonSerializer.SerializeToNode(current, options)!.AsObject();
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
            else if (value is JsonObject inner && (form == ChangeForm.Patch || within is { Kind: JsonTypeInfoKind.Object })) MergeInto(target, name, inner, within);
            else target[name] = value.DeepClone();
        }
    }

    private void MergeInto(JsonObject target, string name, JsonObject change, JsonTypeInfo? type)
    {
        if (target[name] is not JsonObject inner) target[name] = inner = [];
        Merge(inner, change, type);
    }
}
