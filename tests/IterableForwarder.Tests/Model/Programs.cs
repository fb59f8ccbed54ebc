using CsCheck;
using Iterable.Client.Tests.Answers;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Model;

/// <summary>
/// Random programs, the same ones for the same seed. Each has a favourite connection and a small cast, as it is the second and third
/// thing that happens to the same member that goes wrong.
/// </summary>
internal static class Programs
{
    /// <summary>Longer than <see cref="ModelWorld.AttemptTimeout"/>: given up by then, and applied all the same.</summary>
    private const int LandsLate = 1800;
    private const int Slow = 150;

    private static readonly (FaultKind Kind, int? Status, bool MayLast, int? Delay)[] Troubles =
    [
        (FaultKind.Status, 500, true, null),
        (FaultKind.Status, 503, true, null),
        (FaultKind.Status, 401, false, null),
        (FaultKind.Status, 403, false, null),
        (FaultKind.Status, 429, false, null),
        (FaultKind.Html, 502, true, null),
        (FaultKind.Empty, 200, false, null),
        (FaultKind.Reset, null, true, null),
        (FaultKind.AppliedThenLost, null, true, null),
        (FaultKind.Truncated, null, false, null),
        (FaultKind.Hang, null, false, null),
        (FaultKind.Delay, null, false, Slow),
        (FaultKind.Delay, null, false, LandsLate),
    ];

    /// <summary>What something in front of Iterable may answer with 200: none of it says anything about a member.</summary>
    private static readonly string[] Bodies =
    [
        .. NoAnswers.Objects, .. NoAnswers.Others,
        $"{{\"status\":\"maintenance\",\"padding\":\"{new string('x', 3_000_000)}\"}}",
        $"{{\"failedUpdates\":{{\"invalidEmails\":[{string.Join(',', Enumerable.Repeat("\"stranger@z.com\"", 20_000))}",
    ];

    /// <summary>Beyond five minutes ahead nobody believes it.</summary>
    private static readonly Gen<int?> Minutes = Gen.Frequency(
        (7, Gen.Const((int?)null)),
        (3, Gen.Int[-9, -1].Select(m => (int?)m)),
        (1, Gen.Int[3, 4].Select(m => (int?)m)),
        (1, Gen.Const((int?)20)));

    public static Gen<Step[]> All { get; } =
        from favourite in Gen.Int[0, Step.Connections - 1]
        from families in Gen.Int[0, People.Families - 1].Array[1, 3]
        from steps in Steps(favourite, families).Array[5, 15]
        select steps;

    private static Gen<Step> Steps(int favourite, int[] families)
    {
        var connections = Gen.Frequency((3, Gen.Const(favourite)), (1, Gen.Int[0, Step.Connections - 1]));
        var projects = connections.Select(Step.ProjectOf);
        return Gen.Frequency(
            (22, Posts(connections, families)),
            (2, connections.Select(c => (Step)new Step.Repeat(c))),
            (2, connections.Select(c => (Step)new Step.Pause(c))),
            (2, connections.Select(c => (Step)new Step.Resume(c))),
            (2, connections.Select(c => (Step)new Step.SwitchList(c))),
            (1, connections.Select(c => (Step)new Step.DeleteList(c))),
            (1, connections.Select(c => (Step)new Step.CreateList(c))),
            (1, connections.Select(c => (Step)new Step.Move(c))),
            (1, connections.Select(c => (Step)new Step.Discard(c))),
            (1, projects.Select(p => (Step)new Step.ExchangeKey(p))),
            (1, projects.Select(p => (Step)new Step.SetKey(p))),
            (7, Trouble(projects)),
            (2, HostileAnswer(projects)),
            (1, projects.Select(p => (Step)new Step.Trouble(p, FaultKind.Status, 429, 1, null, RetryAfter: 2))),
            (1, Gen.Select(projects, Gen.Int[2, 4], (p, m) => (Step)new Step.Cap(p, m))),
            (1, projects.Select(p => (Step)new Step.Nameless(p))),
            (1, Gen.Const((Step)new Step.Poison())),
            (1, projects.Select(p => (Step)new Step.Forget(p))),
            (1, Gen.Select(connections, Gen.Int[0, 5000], (c, bit) => (Step)new Step.Damage(c, bit))),
            (1, Gen.Bool.Select(ahead => (Step)new Step.SetClock(ahead))),
            (1, Gen.Const((Step)new Step.SecondStart())),
            (1, Gen.Const((Step)new Step.Flood())),
            (2, Gen.Const((Step)new Step.Restart())),
            (2, Gen.Const((Step)new Step.Heal())),
            (3, Gen.Const((Step)new Step.Rest())),
            (1, Gen.Select(connections, Gen.Int[1001, 2100], Gen.Bool, (c, m, a) => (Step)new Step.Crowd(c, m, a))));
    }

    private static Gen<Step> Posts(Gen<int> connections, int[] families) =>
        from connection in connections
        from changes in Changes(Step.CastOf(connection), families).Array[1, 6]
        from keyed in Gen.Int[0, 3]
        select (Step)new Step.Post(connection, changes, keyed == 0);

    private static Gen<Said> Changes(Cast people, int[] families)
    {
        // by the type of the project these are one member or several, and seldom meet among so many
        if (people.Type != ProjectType.Hybrid) families = [People.Sharing, People.Sharing, .. families];
        var cast = families.SelectMany(f => People.Family(people.ByMpid, f)).ToArray();
        return
            from who in Gen.Frequency((6, Gen.Int[0, cast.Length - 1].Select(i => cast[i])), (1, Gen.Int[0, People.CountOf(people.ByMpid) - 1]))
            from adds in Gen.Bool
            from minutes in Minutes
            from plan in Gen.Int[-8, 3]
            from shouted in Gen.Int[0, 4]
            let isWild = who == People.Wild && plan == -1
            select new Said(who, adds || !People.MayBeRemoved(People.At(people, who)), minutes, isWild ? -1 : Math.Max(0, plan), shouted == 0);
    }

    private static Gen<Step> HostileAnswer(Gen<int> projects) =>
        from project in projects
        from body in Gen.Int[0, Bodies.Length - 1]
        from times in Gen.Int[1, 4]
        select (Step)new Step.Trouble(project, FaultKind.Body, 200, times == 4 ? null : times, null, Bodies[body]);

    private static Gen<Step> Trouble(Gen<int> projects) =>
        from project in projects
        from number in Gen.Int[0, Troubles.Length - 1]
        from times in Gen.Int[1, 4]
        let kind = Troubles[number]
        let isLong = kind.Kind == FaultKind.Hang || kind.Status is 401 or 403 or 429 || kind.Delay == LandsLate
        select (Step)new Step.Trouble(project, kind.Kind, kind.Status, isLong ? 1 : kind.MayLast && times == 4 ? null : times, kind.Delay);
}
