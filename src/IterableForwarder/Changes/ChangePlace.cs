namespace IterableForwarder.Changes;

/// <summary>The place of a change in the journal: later ones have higher places.</summary>
/// <param name="Seq">The entry's number.</param>
/// <param name="Position">Its position in the entry.</param>
internal readonly record struct ChangePlace(long Seq, int Position) : IComparable<ChangePlace>
{
    /// <summary>Behind every change.</summary>
    public static ChangePlace End { get; } = new(long.MaxValue, int.MaxValue);

    public int CompareTo(ChangePlace other) => (Seq, Position).CompareTo((other.Seq, other.Position));
}
