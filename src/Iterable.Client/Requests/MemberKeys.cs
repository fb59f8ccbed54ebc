namespace Iterable.Client.Requests;

/// <summary>By what an answer may name one member of a request.</summary>
/// <param name="Email">Compared without case.</param>
/// <param name="UserId">Compared exactly.</param>
/// <param name="EventName">Compared exactly; empty outside trackBulk.</param>
internal readonly record struct MemberKeys(
    ReadOnlyMemory<byte> Email, ReadOnlyMemory<byte> UserId, ReadOnlyMemory<byte> EventName = default);
