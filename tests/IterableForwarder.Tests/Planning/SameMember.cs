using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Planning;

/// <summary>Who is one member, in the words of docs/guarantees.md. Identifiers are numbers here, 0 for none.</summary>
internal static class SameMember
{
    public static bool By(ProjectType type, (int Email, int UserId) one, (int Email, int UserId) other)
    {
        var sameEmail = one.Email > 0 && one.Email == other.Email;
        var sameUserId = one.UserId > 0 && one.UserId == other.UserId;
        return type switch
        {
            ProjectType.UserId => sameUserId,
            ProjectType.Email => one.Email > 0 && other.Email > 0 ? sameEmail : sameUserId,
            _ => sameEmail || sameUserId,
        };
    }
}
