namespace Iterable.Sandbox.State;

/// <summary>The users of one project by either identifier. Guarded by the project's lock.</summary>
internal sealed class PersonDirectory(TimeProvider clock)
{
    private readonly PersonIndex _byEmail = new(person => person.Email);
    private readonly PersonIndex _byUserId = new(person => person.UserId);

    /// <summary>How many users are known.</summary>
    public long Count { get; private set; }

    public IEnumerable<Person> Known => _byEmail.People
        .Concat(_byUserId.People.Where(person => person.Email is null || !_byEmail.Holds(person)))
        .Where(person => person.Known);

    public Person? ByEmail(ReadOnlySpan<byte> email) => _byEmail.Find(email);

    public Person? ByUserId(ReadOnlySpan<byte> userId) => _byUserId.Find(userId);

    /// <summary>Everyone with the user id: in an email project several people may carry the same.</summary>
    public IReadOnlyList<Person> AllByUserId(byte[] userId) => _byUserId.FindAll(userId);

    public Person Add(byte[]? email, byte[]? userId, bool known)
    {
        var person = new Person();
        if (email is not null) SetEmail(person, email);
        if (userId is not null) SetUserId(person, userId);
        if (known) MakeKnown(person);
        return person;
    }

    public void MakeKnown(Person person)
    {
        if (person.Known) return;
        person.Known = true;
        Touch(person);
        person.CreatedAt = person.UpdatedAt;
        Count++;
    }

    /// <summary>Notes that the profile changed now.</summary>
    public void Touch(Person person) => person.UpdatedAt = (uint)clock.GetUtcNow().ToUnixTimeSeconds();

    public void SetEmail(Person person, byte[] email)
    {
        if (person.Email is not null) _byEmail.Remove(person);
        person.Email = email;
        _byEmail.Put(person);
        Touch(person);
    }

    public void SetUserId(Person person, byte[] userId)
    {
        if (person.UserId is not null) _byUserId.Remove(person);
        person.UserId = userId;
        _byUserId.Put(person);
        Touch(person);
    }

    public void Remove(Person person)
    {
        if (person.Email is not null) _byEmail.Remove(person);
        if (person.UserId is not null) _byUserId.Remove(person);
        if (person.Known) Count--;
        person.Known = false;
    }
}
