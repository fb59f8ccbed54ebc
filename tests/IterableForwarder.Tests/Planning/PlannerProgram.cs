using CsCheck;
using IterableForwarder.Changes;

namespace IterableForwarder.Tests.Planning;

/// <summary>One change of a program: e-mail and user id from small alphabets, so that pairs overlap often; 0 for none.</summary>
internal sealed record ProgramChange(int Email, int UserId, ChangeAction Action, int Field)
{
    public override string ToString() => $"{(Action == ChangeAction.Add ? '+' : '-')}{(Email > 0 ? $"e{Email}" : "")}{(UserId > 0 ? $"u{UserId}" : "")}";
}

/// <summary>One step that the surroundings of a planner may take.</summary>
internal abstract record ProgramStep
{
    /// <summary>An entry is read from the journal.</summary>
    internal sealed record Fold(ProgramChange[] Changes) : ProgramStep
    {
        public override string ToString() => $"fold {string.Join(' ', Changes.AsEnumerable())}";
    }

    /// <summary>A call is sent, if there is one.</summary>
    internal sealed record Take(ChangeAction Action, int Members, int Bytes) : ProgramStep
    {
        public override string ToString() => $"take {Action} {Members} members {Bytes} bytes";
    }

    /// <summary>A call comes back: the bits of <paramref name="Failed"/> say which of its members go back, those of <paramref name="Landed"/> which of these had been taken by Iterable all the same.</summary>
    internal sealed record Answer(int Call, int Failed, int Landed) : ProgramStep
    {
        public override string ToString() => $"answer #{Call} failed {Failed:b} landed {Landed:b}";
    }
}

/// <summary>Random programs.</summary>
internal static class PlannerPrograms
{
    private static readonly Gen<ChangeAction> Actions = Gen.Bool.Select(adds => adds ? ChangeAction.Add : ChangeAction.Remove);

    private static readonly Gen<ProgramChange> Changes =
        from email in Gen.Int[0, 2]
        from userId in Gen.Int[0, 2]
        from action in Actions
        from field in Gen.Int[0, 2]
        select new ProgramChange(email + userId == 0 ? 1 : email, userId, action, field);

    private static readonly Gen<ProgramStep> Folds = Changes.Array[1, 4].Select(changes => (ProgramStep)new ProgramStep.Fold(changes));

    private static readonly Gen<ProgramStep> Takes =
        from action in Actions
        from members in Gen.Int[1, 4]
        from bytes in Gen.Int[1, 500]
        select (ProgramStep)new ProgramStep.Take(action, members, bytes);

    private static readonly Gen<ProgramStep> Answers =
        from call in Gen.Int[0, 3]
        from failed in Gen.Int[0, 15]
        from landed in Gen.Int[0, 15]
        select (ProgramStep)new ProgramStep.Answer(call, failed, landed);

    public static Gen<ProgramStep[]> All { get; } = Gen.Int[0, 2].SelectMany(kind => kind switch
    {
        0 => Folds,
        1 => Takes,
        _ => Answers,
    }).Array[1, 30];

    public static string Print(ProgramStep[] program) => Environment.NewLine + string.Join(Environment.NewLine, program.AsEnumerable());
}
