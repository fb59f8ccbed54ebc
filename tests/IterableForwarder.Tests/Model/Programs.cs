using CsCheck;
using Iterable.Sandbox.Faults;

namespace IterableForwarder.Tests.Model;

/// <summary>Random programs, the same ones for the same seed.</summary>
internal static class Programs
{
    /// <summary>Longer than <see cref="ModelWorld.AttemptTimeout"/>: given up by then, and applied all the same.</summary>
    private const int LandsLate = 1800;
    private const int Slow = 150;

    private static readonly Gen<int> Connections = Gen.Int[0, Step.Connections - 1];
    private static readonly Gen<int> Projects = Gen.Int[0, 1];

    /// <summary>Beyond five minutes ahead nobody believes it.</summary>
    private static readonly Gen<int?> Minutes = Gen.Frequency(
        (7, Gen.Const((int?)null)),
        (3, Gen.Int[-9, -1].Select(m => (int?)m)),
        (1, Gen.Int[3, 4].Select(m => (int?)m)),
        (1, Gen.Const((int?)20)));

    public static Gen<Step[]> All { get; } = Gen.Frequency(
        (22, Posts()),
        (2, Connections.Select(c => (Step)new Step.Repeat(c))),
        (2, Connections.Select(c => (Step)new Step.Pause(c))),
        (2, Connections.Select(c => (Step)new Step.Resume(c))),
        (2, Connections.Select(c => (Step)new Step.SwitchList(c))),
        (1, Connections.Select(c => (Step)new Step.DeleteList(c))),
        (1, Connections.Select(c => (Step)new Step.MakeList(c))),
        (1, Projects.Select(p => (Step)new Step.ExchangeKey(p))),
        (1, Projects.Select(p => (Step)new Step.SetKey(p))),
        (8, Troubles()),
        (1, Gen.Select(Projects, Gen.Int[1, 3], (p, m) => (Step)new Step.Cap(p, m))),
        (1, Projects.Select(p => (Step)new Step.Nameless(p))),
        (1, Gen.Const((Step)new Step.Poison())),
        (1, Projects.Select(p => (Step)new Step.Forget(p))),
        (2, Gen.Const((Step)new Step.Restart())),
        (2, Gen.Const((Step)new Step.Heal())),
        (3, Gen.Const((Step)new Step.Rest())),
        (1, Gen.Select(Connections, Gen.Int[1001, 2100], Gen.Bool, (c, m, a) => (Step)new Step.Crowd(c, m, a)))).Array[5, 15];

    private static Gen<Step> Posts() =>
        from connection in Connections
        from changes in Changes(Step.IsByMpid(connection)).Array[1, 6]
        from keyed in Gen.Int[0, 3]
        select (Step)new Step.Post(connection, changes, keyed == 0);

    private static Gen<Said> Changes(bool byMpid) =>
        from who in Gen.Int[0, People.CountOf(byMpid) - 1]
        from adds in Gen.Bool
        from minutes in Minutes
        from plan in Gen.Int[-8, 3]
        from shouted in Gen.Int[0, 4]
        let isWild = who == People.Wild && plan == -1
        select new Said(who, adds || !People.MayBeRemoved(People.At(byMpid, who)), minutes, isWild ? -1 : Math.Max(0, plan), shouted == 0);

    private static Gen<Step> Troubles()
    {
        (FaultKind Kind, int? Status, bool MayLast, int? Delay)[] kinds =
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
        return
            from project in Projects
            from number in Gen.Int[0, kinds.Length - 1]
            from times in Gen.Int[1, 4]
            let kind = kinds[number]
            let isLong = kind.Kind == FaultKind.Hang || kind.Status is 401 or 403 or 429 || kind.Delay == LandsLate
            select (Step)new Step.Trouble(project, kind.Kind, kind.Status, isLong ? 1 : kind.MayLast && times == 4 ? null : times, kind.Delay);
    }
}
