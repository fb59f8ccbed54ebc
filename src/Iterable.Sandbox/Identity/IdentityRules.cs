using System.Security.Cryptography;
using System.Text;
using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Identity;

/// <summary>Whom a pair of identifiers means, by type of project. Members given here have at least one, well-formed.</summary>
internal sealed class IdentityRules(ProjectType type, PersonDirectory people)
{
    /// <summary>Goes up when a user is made or an identifier is taken over.</summary>
    public int Changes { get; private set; }

    /// <summary>Finds or makes the user and takes over new identifiers.</summary>
    public Resolution ForWrite(in MemberInput member, bool existingOnly) => type switch
    {
        ProjectType.Email => InEmailProject(member),
        ProjectType.UserId => InUserIdProject(member, existingOnly),
        ProjectType.Hybrid => InHybridProject(member, existingOnly),
        _ => throw new InvalidOperationException($"unknown project type {type}"),
    };

    /// <summary>Finds the user without touching identifiers. Someone unknown gets a stand-in, so that sends can be counted.</summary>
    public Person ForRemoval(in MemberInput member)
    {
        var found = type switch
        {
            ProjectType.Email => member.Email is { } email ? people.ByEmail(email.Span) : ByUserId(member),
            ProjectType.UserId => member.UserId is { } userId ? people.ByUserId(userId.Span) : ByEmail(member),
            _ => ByEmail(member) ?? ByUserId(member),
        };
        return found ?? StandIn(member);
    }

    private Resolution InEmailProject(in MemberInput member)
    {
        if (member.Email is null)
        {
            if (Known(ByUserId(member)) is { } byId) return new(byId);
            return member.PreferUserId ? new(ByEmailFirst(Placeholder(member))) : Resolution.NotFound;
        }
        return new(ByEmailFirst(member));
    }

    /// <summary>The e-mail says who it is; the user id is a field, which the last writer sets.</summary>
    private Person ByEmailFirst(in MemberInput member)
    {
        var person = Known(ByEmail(member)) ?? Make(member);
        if (member.UserId is { } userId) TakeUserId(person, userId.Span);
        return person;
    }

    private Resolution InUserIdProject(in MemberInput member, bool existingOnly)
    {
        if (member.UserId is null) return Known(ByEmail(member)) is { } byEmail ? new(byEmail) : Resolution.NotFound;
        if (Known(ByUserId(member)) is not { } person) return existingOnly ? Resolution.NotFound : new(Make(member));
        if (member.Email is { } email) TakeEmail(person, email.Span);
        return new(person);
    }

    private Resolution InHybridProject(in MemberInput member, bool existingOnly)
    {
        var byEmail = Known(ByEmail(member));
        var byUserId = Known(ByUserId(member));
        if (byEmail is null && byUserId is null) return existingOnly ? Resolution.NotFound : new(Make(member));
        if (byEmail is not null && byUserId is not null) return byEmail == byUserId ? new(byEmail) : Resolution.Conflict(byEmail, byUserId);
        if (byEmail is not null) return Join(byEmail, byEmail.UserId, member);
        return Join(byUserId!, byUserId!.Email, member);
    }

    /// <summary>The user found by one identifier takes the other one sent, unless there is one already.</summary>
    private Resolution Join(Person person, byte[]? existing, in MemberInput member)
    {
        if (existing is not null && member.Email is not null && member.UserId is not null) return Resolution.Conflict(person);
        if (member.Email is { } email) TakeEmail(person, email.Span);
        if (member.UserId is { } userId) TakeUserId(person, userId.Span);
        return new(person);
    }

    private void TakeEmail(Person person, ReadOnlySpan<byte> email)
    {
        if (email.SequenceEqual(person.Email)) return;
        people.SetEmail(person, email.ToArray());
        Changes++;
    }

    private void TakeUserId(Person person, ReadOnlySpan<byte> userId)
    {
        if (userId.SequenceEqual(person.UserId)) return;
        people.SetUserId(person, userId.ToArray());
        Changes++;
    }

    private Person Make(in MemberInput member)
    {
        Changes++;
        if ((ByEmail(member) ?? ByUserId(member)) is not { Known: false } standIn || !Fits(standIn, member))
            return people.Add(member.Email?.ToArray(), member.UserId?.ToArray(), known: true);
        if (member.Email is { } email) TakeEmail(standIn, email.Span);
        if (member.UserId is { } userId) TakeUserId(standIn, userId.Span);
        people.MakeKnown(standIn);
        return standIn;
    }

    private static bool Fits(Person standIn, in MemberInput member) =>
        (standIn.Email is null || member.Email is not { } email || email.Span.SequenceEqual(standIn.Email))
        && (standIn.UserId is null || member.UserId is not { } userId || userId.Span.SequenceEqual(standIn.UserId));

    /// <summary>Takes only identifiers that nobody has, so that it hides no user.</summary>
    private Person StandIn(in MemberInput member) =>
        people.Add(ByEmail(member) is null ? member.Email?.ToArray() : null, ByUserId(member) is null ? member.UserId?.ToArray() : null, known: false);

    /// <summary>Made of the user id, or of its hash where that is no e-mail or belongs to somebody else.</summary>
    private MemberInput Placeholder(MemberInput member)
    {
        var userId = member.UserId!.Value.Span;
        var email = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(userId).ToLowerInvariant()}@placeholder.email");
        if (!EmailFormat.IsValid(email) || people.ByEmail(email) is { Known: true })
        {
            email = Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(userId))}@placeholder.email");
        }
        return member with { Email = email };
    }

    private Person? ByEmail(in MemberInput member) => member.Email is { } email ? people.ByEmail(email.Span) : null;

    private Person? ByUserId(in MemberInput member) => member.UserId is { } userId ? people.ByUserId(userId.Span) : null;

    private static Person? Known(Person? person) => person is { Known: true } ? person : null;
}
