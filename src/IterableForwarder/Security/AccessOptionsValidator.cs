using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>Refuses a service that nobody could operate, or whose keys are not what they look like. Names every fault at once.</summary>
internal sealed class AccessOptionsValidator(IHostEnvironment environment) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        List<string> faults =
        [
            .. FaultsOf(nameof(options.OperatorKeys), options.OperatorKeys),
            .. FaultsOf(nameof(options.IngestKeys), options.IngestKeys),
            .. FaultsOf(nameof(options.MetricsKeys), options.MetricsKeys),
        ];
        if (options.OperatorKeys.Count == 0 && !environment.IsDevelopment())
        {
            faults.Add(
                $"No operator key is set, and the environment is {environment.EnvironmentName}. Set Access__OperatorKeys__0 to a long random key, " +
                "or to 'sha256:' and the SHA-256 of one in hexadecimal; sources get keys of their own through Access__IngestKeys__0 or POST /api/v1/keys. " +
                "Only with ASPNETCORE_ENVIRONMENT=Development does the service run without keys, and then for this machine alone.");
        }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOf(string list, IList<string> keys) =>
        from key in keys.Index()
        let fault = KeyHash.TryRead(key.Item, out _)
        where fault is not null
        select $"Access__{list}__{key.Index} {fault}.";
}
