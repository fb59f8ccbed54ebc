using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>The idempotency keys of a message with an id.</summary>
/// <param name="project">Within what the id is unique.</param>
/// <param name="id">The message's own, behind what keeps the ids of its source apart from those of others.</param>
/// <param name="content">A hash of what the message says.</param>
internal sealed class MessageIdKeys(Project project, string id, byte[] content)
{
    /// <summary>Under its id, with its content: another content under the id is known as such.</summary>
    public IdempotencyKey OfAccepted => new(project.Id.Value, KeyOf(id), content);

    /// <summary>Under its id and content together, for a message whose id was used for something else: it is kept as dropped, once.</summary>
    public IdempotencyKey OfReused => new(project.Id.Value, KeyOf($"{id}\n{Convert.ToHexStringLower(content)}"), content);

    private static byte[] KeyOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
