namespace Iterable.Sandbox.State;

/// <summary>Copies people out under the lock and sorts them outside it, by e-mail and then user id, byte by byte.</summary>
internal static class Roster
{
    public static (Person Person, Membership Membership)[] Of(World world, long listId, bool membersOnly)
    {
        if (world.OwnerOf(listId) is not { } project) return [];
        (Person Person, Membership Membership)[] entries;
        lock (project.Gate)
        {
            if (!project.Lists.TryGetValue(listId, out var list)) return [];
            entries = [.. list.Memberships.Where(pair => pair.Value.IsMember || !membersOnly).Select(pair => (pair.Key, pair.Value))];
        }
        Array.Sort(entries, (left, right) => Compare(left.Person, right.Person));
        return entries;
    }

    public static Person[] Users(World world, string? apiKey)
    {
        var people = new List<Person>();
        foreach (var project in apiKey is null ? world.Projects : [world.ProjectOf(apiKey)])
        {
            lock (project.Gate) people.AddRange(project.People.Known);
        }
        people.Sort(Compare);
        return [.. people];
    }

    private static int Compare(Person left, Person right)
    {
        var byEmail = left.Email.AsSpan().SequenceCompareTo(right.Email);
        return byEmail != 0 ? byEmail : left.UserId.AsSpan().SequenceCompareTo(right.UserId);
    }
}
