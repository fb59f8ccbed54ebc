using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Identity;

/// <summary>Identifiers erased on request: nothing sent about them is ever taken again. Guarded by the project's lock.</summary>
internal sealed class ForgottenUsers
{
    private readonly HashSet<byte[]> _emails = new(Utf8Keys.Instance);
    private readonly HashSet<byte[]> _userIds = new(Utf8Keys.Instance);

    public IEnumerable<byte[]> Emails => _emails;

    public IEnumerable<byte[]> UserIds => _userIds;

    public void AddEmail(byte[] email) => _emails.Add(email);

    public void AddUserId(byte[] userId) => _userIds.Add(userId);

    public bool HasEmail(ReadOnlySpan<byte> email) => _emails.Count > 0 && _emails.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(email);

    public bool HasUserId(ReadOnlySpan<byte> userId) => _userIds.Count > 0 && _userIds.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(userId);
}
