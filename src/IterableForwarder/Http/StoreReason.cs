using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Http;

/// <summary>
/// Why the store is not available. The reason names files and has the words of the store, which are for operators; everybody else reads that it
/// is so, and where the reason is.
/// </summary>
internal static class StoreReason
{
    private const string ForOthers = "The service cannot use its store at present. Its log and responses to an operator key have the reason.";

    public static string For(HttpContext context, string? reason) =>
        reason is not null && context.User.IsInRole(SettingsWords.KeyKinds[KeyKind.Operator]) ? reason : ForOthers;
}
