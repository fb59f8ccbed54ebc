using System.Buffers;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;

namespace IterableForwarder.Tests.Changes;

/// <summary>Changes and what is made of them, with valid defaults.</summary>
internal static class Some
{
    public const long Time = 1_767_225_600_000;

    public static MappingRule Rule(
        ProjectType project = ProjectType.Hybrid, IdentityRule identity = IdentityRule.CustomerId, params AttributeMapping[] attributes) => new(project, identity, attributes);

    public static Change Add(string? email = null, string? customerId = null, string? mpid = null, string? attributes = null, long? at = null) =>
        Change(ChangeAction.Add, email, customerId, mpid, attributes, at);

    public static Change Remove(string? email = null, string? customerId = null, string? mpid = null, long? at = null) =>
        Change(ChangeAction.Remove, email, customerId, mpid, null, at);

    public static Change Change(
        ChangeAction action, string? email = null, string? customerId = null, string? mpid = null, string? attributes = null, long? at = null, bool hashed = false) => new()
        {
            Action = action,
            Email = Utf8(email),
            CustomerId = Utf8(customerId),
            Mpid = Utf8(mpid),
            Attributes = Utf8(attributes),
            OccurredAt = at,
            HashedEmail = hashed,
        };

    public static byte[] Encoded(params IEnumerable<Change> changes)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var change in changes) ChangeCodec.Write(output, change);
        return output.WrittenSpan.ToArray();
    }

    public static PlannedEntry Entry(long seq, MappingRule rule, params IReadOnlyList<Change> changes) =>
        new(seq, rule, Encoded(changes), new byte[changes.Count]);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    public static ReadOnlyMemory<byte> Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
