using Iterable.Client;

namespace IterableForwarder.Delivery;

/// <summary>Registration of the client, with its addresses from <c>Iterable:Endpoints</c>.</summary>
internal static class IterableComposition
{
    public static void AddIterable(this WebApplicationBuilder builder)
    {
        var endpoints = builder.Configuration.GetSection("Iterable:Endpoints");
        builder.Services.AddIterableClient(options =>
        {
            options.Us = Address(endpoints["us"]) ?? options.Us;
            options.Eu = Address(endpoints["eu"]) ?? options.Eu;
        });
    }

    /// <summary>What is no absolute address is left for the client's own validation to refuse at the start.</summary>
    private static Uri? Address(string? text) => string.IsNullOrWhiteSpace(text) ? null : new Uri(text, UriKind.RelativeOrAbsolute);
}
