namespace IterableForwarder.Tests.Crash;

/// <summary>A member that one writer alone writes, and what may be true of it at Iterable by all that the writer was told.</summary>
internal sealed class WrittenMember(string email, string? customerId)
{
    private readonly List<string> _history = [];

    public string Email => email;

    public string? CustomerId => customerId;

    public bool MayBeOn { get; private set; }

    public bool MayBeOff { get; private set; } = true;

    /// <summary>A change of it was accepted, so that one that happened long before is late.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Between which two kills it was last written.</summary>
    public int Era { get; set; } = -1;

    /// <summary>Answered with 202: from now on nothing else is right.</summary>
    public void Become(bool isOn, string how)
    {
        (MayBeOn, MayBeOff, IsKnown) = (isOn, !isOn, true);
        _history.Add($"{(isOn ? "add" : "remove")} {how}");
    }

    /// <summary>The answer was lost: before or after it, either is right.</summary>
    public void MayBecome(bool isOn, string how)
    {
        if (isOn) MayBeOn = true;
        else MayBeOff = true;
        _history.Add($"perhaps {(isOn ? "add" : "remove")} {how}");
    }

    public bool IsRight(bool isOn) => isOn ? MayBeOn : MayBeOff;

    public override string ToString() => $"{email}: {string.Join("; ", _history.TakeLast(8))}";
}
