using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Model;

/// <summary>What becomes of an identity's changes, beside those that a later one makes needless.</summary>
internal enum Fate
{
    Delivered,

    /// <summary>Iterable knows one of the two identifiers beside another one.</summary>
    Conflict,

    Invalid,

    /// <summary>Delivered, until Iterable is told to forget them.</summary>
    Forgettable,

    /// <summary>Delivered, until Iterable refuses every call that names them.</summary>
    Poisonable,

    /// <summary>Delivered, unless an attribute of theirs is of another type than the field.</summary>
    Wild,
}

/// <summary>Which people a connection is about.</summary>
/// <param name="ByMpid">Or by customer id.</param>
/// <param name="Type">Of its project: the same names are other people by it.</param>
internal readonly record struct Cast(bool ByMpid, ProjectType Type);

/// <summary>Somebody as a source names them, and as Iterable gets to know them.</summary>
/// <param name="Name">In a story.</param>
/// <param name="Email">As it is said, or null.</param>
/// <param name="Id">The identifier of the connection's rule, or null.</param>
/// <param name="Fate">What becomes of them.</param>
internal sealed record Identity(string Name, string? Email, string? Id, Fate Fate = Fate.Delivered)
{
    /// <summary>Where only the address made of the identifier goes to Iterable.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Of the project that they are a user of.</summary>
    public ProjectType Type { get; init; }

    /// <summary>Why they are not forwarded; null for whoever is.</summary>
    public string? WhyDropped { get; init; }

    public bool IsDropped => WhyDropped is not null;

    /// <summary>By what Iterable tells them apart; in a hybrid project everybody in these programs has an address of their own.</summary>
    public string Person => Type == ProjectType.UserId ? UserId : Address;

    /// <summary>Changes with the same are merged: the pair in a hybrid project, what identifies in the others.</summary>
    public (string, string) Merged => Type == ProjectType.Hybrid ? (Address, UserId) : (Person, "");

    /// <summary>Whoever shares one of these is the same member.</summary>
    public IEnumerable<string> Identifiers
    {
        get
        {
            if (Type != ProjectType.UserId && Address.Length > 0) yield return Address;
            if (Type != ProjectType.Email && UserId.Length > 0) yield return $"#{UserId}";
        }
    }

    /// <summary>The address that Iterable gets.</summary>
    private string Address => Placeholder ?? Email?.Trim() ?? "";

    private string UserId => Id?.Trim() ?? "";

    /// <summary>The same name in a project of another type.</summary>
    public Identity In(ProjectType type)
    {
        if (type == ProjectType.Hybrid) return this;
        // only a hybrid project insists on pairs
        var here = this with { Type = type, Fate = Fate == Fate.Conflict ? Fate.Delivered : Fate };
        return type == ProjectType.UserId && UserId.Length == 0 ? here with { WhyDropped = WhyDropped ?? "noIdentifier" } : here;
    }
}

/// <summary>The few people that all programs are about, by the rule of the connection. Identities of theirs overlap.</summary>
internal static class People
{
    /// <summary>Known to Iterable from the beginning, as this pair.</summary>
    public const int Known = 4;

    public const int Forgettable = 8;

    public const int Poisonable = 9;

    public const int Wild = 10;

    /// <summary>From here on: as many as a program likes.</summary>
    public const int Crowd = 1000;

    public const int Families = 8;

    /// <summary>The family of those who share an address or an identifier with one another.</summary>
    public const int Sharing = 2;

    private static readonly Identity[] ByCustomerId = [.. Of("x.com", "c-"), new("nobody", " ", "c-none") { WhyDropped = "noEmail" }];
    private static readonly Identity[] ByMpid = [.. Of("y.com", "1"), new("nobody", null, null) { WhyDropped = "noMpid" }, new("placeholder", null, "-77") { Placeholder = "-77@placeholder.email" }];

    public static int CountOf(bool byMpid) => (byMpid ? ByMpid : ByCustomerId).Length;

    public static Identity At(Cast cast, int who)
    {
        if (who < Crowd) return (cast.ByMpid ? ByMpid : ByCustomerId)[who].In(cast.Type);
        var name = $"m{who - Crowd}";
        return new Identity($"crowd{who - Crowd}", $"{name}@{(cast.ByMpid ? "y" : "x")}.com", cast.Type == ProjectType.UserId ? name : null).In(cast.Type);
    }

    /// <summary>Those whose changes have to do with one another.</summary>
    public static int[] Family(bool byMpid, int number) => number switch
    {
        0 => [0, 1],
        1 => [2, 3],
        Sharing => [4, 5, 6, 7],
        3 => [Forgettable],
        4 => [Poisonable, 1],
        5 => [Wild, 0],
        6 => [11, 1],
        _ => byMpid ? [13, 14] : [12, 13],
    };

    /// <summary>Conflicts are only added, never removed: what Iterable does with the remove of somebody it knows by half depends on what came before.</summary>
    public static bool MayBeRemoved(Identity who) => who.Fate != Fate.Conflict;

    private static Identity[] Of(string domain, string id) =>
    [
        new("ann", $"ann@{domain}", $"{id}01"),
        new("bob", $"bob@{domain}", null),
        new("cat", $"cat@{domain}", null),
        new("cat-with-id", $"cat@{domain}", $"{id}03"),
        new("dan", $"dan@{domain}", $"{id}04"),
        new("dan-at-new-address", $"new@{domain}", $"{id}04", Fate.Conflict),
        new("dan-with-new-id", $"dan@{domain}", $"{id}05", Fate.Conflict),
        new("newcomer-at-that-address", $"new@{domain}", null),
        new("eve", $"eve@{domain}", $"{id}08", Fate.Forgettable),
        new("gus", $"gus@{domain}", $"{id}09", Fate.Poisonable),
        new("hal", $"hal@{domain}", $"{id}10", Fate.Wild),
        new("mistyped", "not-an-address", $"{id}11", Fate.Invalid),
        new("ida-with-blank-id", $"ida@{domain}", "  "),
    ];
}
