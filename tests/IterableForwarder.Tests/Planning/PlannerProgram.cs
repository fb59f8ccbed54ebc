using CsCheck;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Planning;

/// <summary>One change of a program: e-mail and user id from small alphabets, so that pairs overlap often; 0 for none.</summary>
internal sealed record ProgramChange(int Email, int UserId, ChangeAction Action, int Field)
{
    public override string ToString() => $"{(Action == ChangeAction.Add ? '+' : '-')}{(Email > 0 ? $"e{Email}" : "")}{(UserId > 0 ? $"u{UserId}" : "")}";
}

/// <summary>One step that the surroundings of a planner may take.</summary>
internal abstract record ProgramStep
{
    /// <summary>An entry is read from the journal, accepted while the project was of this type.</summary>
    internal sealed record Fold(ProjectType Type, ProgramChange[] Changes) : ProgramStep
    {
        public override string ToString() => $"fold {Type} {string.Join(' ', Changes.AsEnumerable())}";
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

    private static readonly Gen<ProjectType> AnyType = Gen.Enum<ProjectType>();

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

    /// <summary>With a project of one type, or with one whose type is changed again and again.</summary>
    public static Gen<ProgramStep[]> All { get; } =
        from type in AnyType
        from isChanged in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from steps in Steps(isChanged ? AnyType : Gen.Const(type))
        select steps;

    public static string Print(ProgramStep[] program) => Environment.NewLine + string.Join(Environment.NewLine, program.AsEnumerable());

    private static Gen<ProgramStep[]> Steps(Gen<ProjectType> types)
    {
        var folds = Gen.Select(types, Changes.Array[1, 4], (type, changes) => (ProgramStep)new ProgramStep.Fold(type, [.. changes.Select(c => Forwarded(c, type))]));
        return Gen.Int[0, 2].SelectMany(kind => kind switch
        {
            0 => folds,
            1 => Takes,
            _ => Answers,
        }).Array[1, 30];
    }

    /// <summary>A change without a user id is never pending in a userId project.</summary>
    private static ProgramChange Forwarded(ProgramChange change, ProjectType type) =>
        type == ProjectType.UserId && change.UserId == 0 ? change with { UserId = 1 } : change;
}
