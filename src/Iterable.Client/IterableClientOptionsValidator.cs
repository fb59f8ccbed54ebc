using Microsoft.Extensions.Options;

namespace Iterable.Client;

/// <summary>Reports every validation error at once, each with the name of its property.</summary>
internal sealed class IterableClientOptionsValidator : IValidateOptions<IterableClientOptions>
{
    private const int MaxQuickRetries = 10;

    public ValidateOptionsResult Validate(string? name, IterableClientOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckAddress(result, nameof(options.Us), options.Us);
        CheckAddress(result, nameof(options.Eu), options.Eu);
        CheckTime(result, nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromHours(1));
        CheckTime(result, nameof(options.QuickRetryDelay), options.QuickRetryDelay, TimeSpan.FromMinutes(1));
        if (options.QuickRetries is < 0 or > MaxQuickRetries)
            result.AddError($"must be 0 to {MaxQuickRetries}.", nameof(options.QuickRetries));
        if (!IsUserAgent(options.UserAgent))
            result.AddError("must be a product, or products, such as MyService/1.2.0.", nameof(options.UserAgent));
        return result.Build();
    }

    private static bool IsUserAgent(string? userAgent)
    {
        using var message = new HttpRequestMessage();
        return userAgent is null || message.Headers.UserAgent.TryParseAdd(userAgent);
    }

    private static void CheckAddress(ValidateOptionsResultBuilder result, string property, Uri? address)
    {
        bool isUsable = address is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" }
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
        if (!isUsable)
            result.AddError("must be an absolute http or https address without user, query or fragment.", property);
    }

    private static void CheckTime(ValidateOptionsResultBuilder result, string property, TimeSpan time, TimeSpan longest)
    {
        if (time <= TimeSpan.Zero || time > longest)
            result.AddError($"must be more than zero and at most {longest}.", property);
    }
}
