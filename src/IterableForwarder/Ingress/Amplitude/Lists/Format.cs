using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>The name of a list that is asked for.</summary>
internal sealed class NameFormat : BodyFormat<string>
{
    private const string Name = "name";

    private readonly TextsParser _texts;

    public NameFormat() => _texts = new(Errors, Name);

    public override IBodyParser Parser => _texts;

    public override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        if (Errors.Count > 0) return Task.CompletedTask;
        if (_texts[Name] is not { } name) Errors.Add(Name, "is required: a text");
        else if (name.Length > Audiences.MaxCharacters) Errors.Add(Name, $"must have at most {Audiences.MaxCharacters} characters");
        return Task.CompletedTask;
    }

    public override string ToMessage(IncomingBody body) => _texts[Name]!;
}

/// <summary>The users who enter or leave.</summary>
internal sealed class UsersFormat : ChangesFormat<IReadOnlyList<Chunk>>
{
    public UsersFormat(UsersTarget target, ChunkStore chunks)
        : base(chunks, target.ReceivedAt) =>
        Changes = new ListsParser(target.Action, new CohortIdentifiers(target.Connection.Identifiers), new ChunkBuilder(target.ReceivedAt), Errors);

    protected override IChangesParser Changes { get; }

    public override IReadOnlyList<Chunk> ToMessage(IncomingBody body) => Finish();
}
