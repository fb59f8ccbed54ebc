using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Http;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Members;

/// <summary>The header by which a sender has a batch accepted once.</summary>
internal static class IdempotencyHeader
{
    public const string Header = "Idempotency-Key";

    /// <summary>False where the header comes twice, or is too long; true with null where there is none.</summary>
    public static bool TryRead(HttpContext context, out string? key)
    {
        var header = context.Request.Headers[Header];
        key = header.Count > 0 && !string.IsNullOrWhiteSpace(header[0]) ? header[0] : null;
        return header.Count <= 1 && (key is null || key.Length <= ValueLimits.IdempotencyKey);
    }

    public static ProblemHttpResult TooLong()
    {
        var errors = new ValidationErrors();
        errors.Add(Header, $"must be one header of at most {ValueLimits.IdempotencyKey} characters");
        return errors.ToResult();
    }

    /// <summary>The body's hash is added once it has been read.</summary>
    public static IdempotencyKey KeyOf(Connection connection, string key) => new(connection.Id.Value, SHA256.HashData(Encoding.UTF8.GetBytes(key)), null);
}
