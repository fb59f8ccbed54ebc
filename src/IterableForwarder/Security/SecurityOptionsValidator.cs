using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>A certificate that was asked for and cannot be used stops the start: writing the ring in clear instead would be worse.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        using var certificate = KeyRing.TryLoadCertificate(options, out var error);
        return error is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(error);
    }
}
