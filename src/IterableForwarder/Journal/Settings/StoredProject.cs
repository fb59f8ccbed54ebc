namespace IterableForwarder.Journal.Settings;

/// <summary>A project with what the store keeps of its secrets, so that an unchanged secret is never encrypted again.</summary>
/// <param name="Project">As a store reads it, it has no secrets yet: <see cref="ProjectSecrets.Open"/> fills them in.</param>
/// <param name="KeyHash">SHA-256 of the Iterable key as hexadecimal digits.</param>
internal sealed record StoredProject(Project Project, string KeyHash, string ProtectedKey, string? ProtectedSegmentSecret);
