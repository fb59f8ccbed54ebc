using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Iterable.Sandbox.State;

/// <summary>One list. Guarded by its project's lock.</summary>
internal sealed class MemberList(long id, string name, string description, ListType type, DateTimeOffset createdAt)
{
    private readonly Dictionary<Person, Membership> _memberships = [];

    public long Id => id;

    public string Name => name;

    public string Description => description;

    public ListType Type => type;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Until then calls that name the list are told that there is none.</summary>
    public DateTimeOffset VisibleFrom { get; init; }

    /// <summary>In use by a campaign: it cannot be deleted.</summary>
    public bool InUse { get; init; }

    public int MemberCount { get; private set; }

    public long Adds { get; private set; }

    public long Removes { get; private set; }

    public IReadOnlyDictionary<Person, Membership> Memberships => _memberships;

    public bool Has(Person person) => _memberships.TryGetValue(person, out var membership) && membership.IsMember;

    /// <summary>True when the person was not a member before.</summary>
    public bool Add(Person person)
    {
        ref var membership = ref CollectionsMarshal.GetValueRefOrAddDefault(_memberships, person, out _);
        membership.Adds++;
        Adds++;
        if (membership.IsMember) return false;
        membership.IsMember = true;
        MemberCount++;
        return true;
    }

    /// <summary>True when the person was a member before.</summary>
    public bool Remove(Person person)
    {
        ref var membership = ref CollectionsMarshal.GetValueRefOrAddDefault(_memberships, person, out _);
        membership.Removes++;
        Removes++;
        return Leave(ref membership);
    }

    /// <summary>The destination of a merge is a member where the source was one. Nobody sent an add.</summary>
    public void Inherit(Person source, Person destination)
    {
        if (!Has(source)) return;
        ref var membership = ref CollectionsMarshal.GetValueRefOrAddDefault(_memberships, destination, out _);
        if (membership.IsMember) return;
        membership.IsMember = true;
        MemberCount++;
    }

    /// <summary>The person is erased: no longer a member, though nobody sent a removal.</summary>
    public void Erase(Person person)
    {
        ref var membership = ref CollectionsMarshal.GetValueRefOrNullRef(_memberships, person);
        if (!Unsafe.IsNullRef(ref membership)) Leave(ref membership);
    }

    private bool Leave(ref Membership membership)
    {
        if (!membership.IsMember) return false;
        membership.IsMember = false;
        MemberCount--;
        return true;
    }
}
