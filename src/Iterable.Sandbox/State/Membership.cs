namespace Iterable.Sandbox.State;

/// <summary>What one list knows of one person. Kept after a removal: the counts are what crash tests print.</summary>
internal struct Membership
{
    public int Adds;
    public int Removes;
    public bool IsMember;
}
