using System.Text;

namespace Iterable.Sandbox.Identity;

/// <summary>Who failed in one request, by identifier: Iterable never tells the position.</summary>
internal sealed class Failures
{
    private const int Reasons = 5;
    private readonly List<string>?[] _emails = new List<string>?[Reasons];
    private readonly List<string>?[] _userIds = new List<string>?[Reasons];

    /// <summary>May exceed the names: a member without an identifier has none to be named by.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<string> Emails(FailureReason reason) => _emails[(int)reason] ?? [];

    public IReadOnlyList<string> UserIds(FailureReason reason) => _userIds[(int)reason] ?? [];

    public void CountOne() => Count++;

    public void NameEmail(FailureReason reason, ReadOnlySpan<byte> email) => (_emails[(int)reason] ??= []).Add(Encoding.UTF8.GetString(email));

    public void NameUserId(FailureReason reason, ReadOnlySpan<byte> userId) => (_userIds[(int)reason] ??= []).Add(Encoding.UTF8.GetString(userId));
}
