using Iterable.Sandbox.Identity;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>The source or the destination of a merge.</summary>
internal sealed record MergeSide(byte[] Identifier, bool IsEmail)
{
    public Person? Find(Project project) =>
        (IsEmail ? project.People.ByEmail(Identifier) : project.People.ByUserId(Identifier)) is { Known: true } person ? person : null;

    public bool IsForgotten(Project project) => IsEmail ? project.Forgotten.HasEmail(Identifier) : project.Forgotten.HasUserId(Identifier);
}

/// <summary>The body of a merge: one identifier for each side.</summary>
internal static class MergeRequest
{
    public static (MergeSide Source, MergeSide Destination) Read(ApiCall call)
    {
        ReadOnlyMemory<byte>? sourceEmail = null, sourceUserId = null, destinationEmail = null, destinationUserId = null;
        var reader = new BodyReader(call.Body);
        reader.BeginBody();
        while (reader.NextName())
        {
            if (reader.Is("sourceEmail"u8)) sourceEmail = reader.Text("sourceEmail");
            else if (reader.Is("sourceUserId"u8)) sourceUserId = reader.Text("sourceUserId");
            else if (reader.Is("destinationEmail"u8)) destinationEmail = reader.Text("destinationEmail");
            else if (reader.Is("destinationUserId"u8)) destinationUserId = reader.Text("destinationUserId");
            else reader.SkipValue();
        }
        reader.EndBody();
        return (Side("source", sourceEmail, sourceUserId), Side("destination", destinationEmail, destinationUserId));
    }

    private static MergeSide Side(string name, ReadOnlyMemory<byte>? email, ReadOnlyMemory<byte>? userId)
    {
        if (email is null == userId is null) throw new RefusedException(Refusals.BadParams(name, "needs an e-mail or a userId, and not both"));
        if (userId is { } id)
        {
            return UserIdFormat.IsValid(id.Span) ? new MergeSide(id.ToArray(), IsEmail: false) : throw new RefusedException(Refusals.InvalidUserId);
        }
        var lower = MembersRequest.Lower(email)!.Value;
        return EmailFormat.IsValid(lower.Span) ? new MergeSide(lower.ToArray(), IsEmail: true) : throw new RefusedException(Refusals.InvalidEmail);
    }
}
