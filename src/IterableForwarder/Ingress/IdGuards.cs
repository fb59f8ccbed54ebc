using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>What keeps a message with an id from being done twice.</summary>
/// <param name="OfAccepted">Under its id, with its content: another content under the id is known as such.</param>
/// <param name="OfReused">Under its id and content together, for a message whose id was used for something else: it is kept as dropped, once.</param>
internal sealed record IdGuards(RepeatGuard OfAccepted, RepeatGuard OfReused)
{
    /// <param name="project">Within what the id is unique.</param>
    /// <param name="prefix">Keeps the ids of a source apart from those of others.</param>
    /// <param name="id">The message's own.</param>
    /// <param name="content">A hash of what the message says.</param>
    public static IdGuards Of(Project project, string prefix, string id, byte[] content)
    {
        var scope = project.Id.Value;
        return new(
            new(scope, KeyOf(prefix + id), content),
            new(scope, KeyOf($"{prefix}{id}\n{Convert.ToHexStringLower(content)}"), content));
    }

    private static byte[] KeyOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
