using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>Refuses a service that nobody could operate, or whose keys are not what they look like. Names every error at once.</summary>
internal sealed class AccessOptionsValidator(IHostEnvironment environment) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        List<string> errors =
        [
            .. ErrorsOf(nameof(options.OperatorKeys), options.OperatorKeys),
            .. ErrorsOf(nameof(options.IngestKeys), options.IngestKeys),
            .. ErrorsOf(nameof(options.MetricsKeys), options.MetricsKeys),
        ];
        if (options.OperatorKeys.Count == 0 && !environment.IsDevelopment())
        {
            errors.Add(
                $"No operator key is set, and the environment is {environment.EnvironmentName}. Set Access__OperatorKeys__0 to a long random key, " +
                "or to 'sha256:' and the SHA-256 of one in hexadecimal; sources get keys of their own through Access__IngestKeys__0 or POST /api/v1/keys. " +
                "Only with ASPNETCORE_ENVIRONMENT=Development does the service run without keys, and then for this machine alone.");
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> ErrorsOf(string list, IList<string> keys) =>
        from key in keys.Index()
        let error = KeyHash.TryRead(key.Item, out _) ?? WeaknessOf(key.Item)
        where error is not null
        select $"Access__{list}__{key.Index} {error}.";

    /// <summary>In Development a short key will do.</summary>
    private string? WeaknessOf(string key) => !environment.IsDevelopment() && KeyHash.WeaknessOf(key) is { } weakness
        ? $"{weakness}. Create one with 'openssl rand -hex 32'"
        : null;
}
