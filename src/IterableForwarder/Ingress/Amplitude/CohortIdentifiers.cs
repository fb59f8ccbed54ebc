using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude;

/// <summary>
/// Where the identifiers of a cohort's users are: in <c>user_id</c> or in <c>user_properties.…</c>, as the connection says; many have their
/// e-mails for <c>user_id</c>. In the form of a list API there is only <c>user_id</c>.
/// </summary>
/// <param name="paths">What the connection says; null for Amplitude's own choice: <c>user_id</c> and <c>user_properties.email</c>.</param>
internal sealed class CohortIdentifiers(IdentifierPaths? paths)
{
    private readonly Source[]? _email = SourcesOf(paths?.Email);
    private readonly Source[]? _userId = SourcesOf(paths?.UserId);

    /// <summary>The user with the identifiers from their places.</summary>
    /// <param name="user">As it came: its customer id is what was under <c>user_id</c>, its attributes are its properties.</param>
    public Change ApplyTo(in Change user) => user with
    {
        Email = _email is null ? user.Email : FirstOf(_email, user, orNumber: false),
        CustomerId = _userId is null ? user.CustomerId : FirstOf(_userId, user, orNumber: true),
    };

    /// <summary>Of several paths the first that says something counts.</summary>
    private static ReadOnlyMemory<byte> FirstOf(Source[] sources, in Change user, bool orNumber)
    {
        foreach (var source in sources)
        {
            var found = source.Property is { } property ? JsonValues.Present(property.Find(user.Attributes, orNumber)) : user.CustomerId;
            if (!found.IsEmpty) return found;
        }
        return default;
    }

    private static Source[]? SourcesOf(IReadOnlyList<string>? paths) => paths?.Where(CohortPath.IsOne).Select(Source.Of).ToArray();

    /// <param name="Property">Within the properties; null for the user id.</param>
    private sealed record Source(ValuePath? Property)
    {
        public static Source Of(string path) => new(path == CohortPath.UserId ? null : new ValuePath(path[CohortPath.Properties.Length..]));
    }
}
