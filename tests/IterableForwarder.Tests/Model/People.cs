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

    /// <summary>Not forwarded.</summary>
    Dropped,
}

/// <summary>Somebody as a source names them, and as Iterable gets to know them.</summary>
/// <param name="Name">In a story.</param>
/// <param name="Email">As it is said, or null.</param>
/// <param name="Id">The identifier of the connection's rule, or null.</param>
/// <param name="Fate">What becomes of them.</param>
internal sealed record Identity(string Name, string? Email, string? Id, Fate Fate = Fate.Delivered)
{
    /// <summary>Where only the address made of the identifier goes to Iterable.</summary>
    public string? Placeholder { get; init; }

    /// <summary>The address that Iterable gets; everybody in these programs has one of their own there.</summary>
    public string Person => Placeholder ?? Email?.Trim() ?? "";

    private string UserId => Id?.Trim() ?? "";

    public bool IsDropped => Fate == Fate.Dropped;

    /// <summary>The pair that changes are merged by.</summary>
    public (string, string) Pair => (Person, UserId);

    /// <summary>Whoever shares one of these is the same member.</summary>
    public IEnumerable<string> Identifiers
    {
        get
        {
            if (Person.Length > 0) yield return Person;
            if (UserId.Length > 0) yield return $"#{UserId}";
        }
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

    private static readonly Identity[] ByCustomerId = [.. Of("x.com", "c-"), new("nobody", " ", "c-none", Fate.Dropped)];
    private static readonly Identity[] ByMpid = [.. Of("y.com", "1"), new("nobody", null, null, Fate.Dropped), new("placeholder", null, "-77") { Placeholder = "-77@placeholder.email" }];

    public static int CountOf(bool byMpid) => (byMpid ? ByMpid : ByCustomerId).Length;

    public static Identity At(bool byMpid, int who)
    {
        if (who >= Crowd) return new($"crowd{who - Crowd}", $"m{who - Crowd}@{(byMpid ? "y" : "x")}.com", null);
        return (byMpid ? ByMpid : ByCustomerId)[who];
    }

    /// <summary>Those whose changes have to do with one another.</summary>
    public static int[] Family(bool byMpid, int number) => number switch
    {
        0 => [0, 1],
        1 => [2, 3],
        2 => [4, 5, 6, 7],
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
        new("gus", $"gus@{domain}", null, Fate.Poisonable),
        new("hal", $"hal@{domain}", $"{id}10", Fate.Wild),
        new("mistyped", "not-an-address", $"{id}11", Fate.Invalid),
        new("ida-with-blank-id", $"ida@{domain}", "  "),
    ];
}
