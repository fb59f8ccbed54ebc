using System.Security.Cryptography;
using System.Text;

namespace IterableForwarder.Journal.Settings;

/// <summary>Encrypts the secrets of projects for the store, and decrypts them.</summary>
internal sealed class ProjectSecrets(SecretProtector protector, TimeProvider time)
{
    public static string HashOf(string apiKey) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));

    /// <summary>A secret that did not change keeps its text, also one that could not be decrypted.</summary>
    public StoredProject Protect(Project project, StoredProject? before = null)
    {
        var sameKey = before is not null && before.Project.ApiKey == project.ApiKey;
        var sameSecret = before is not null && before.Project.SegmentSecret == project.SegmentSecret;
        return new StoredProject(
            project,
            sameKey ? before!.KeyHash : HashOf(project.ApiKey),
            sameKey ? before!.ProtectedKey : protector.Protect(project.ApiKey),
            sameSecret ? before!.ProtectedSegmentSecret : project.SegmentSecret is { } secret ? protector.Protect(secret) : null);
    }

    /// <summary>Decrypts the secrets of a project that the store has read. Where the key cannot be decrypted, the project is held for it.</summary>
    public StoredProject Open(StoredProject stored)
    {
        var isReadable = protector.TryUnprotect(stored.ProtectedKey, out var apiKey);
        return stored with
        {
            Project = stored.Project with
            {
                ApiKey = apiKey ?? "",
                SegmentSecret = ReadSegmentSecret(stored.ProtectedSegmentSecret),
                Hold = HoldOf(stored.Project.Hold, isReadable),
            },
        };
    }

    /// <summary>An unreadable secret becomes one that no signature fits: losing the ring must not open the path it guards.</summary>
    private string? ReadSegmentSecret(string? protectedSecret)
    {
        if (protectedSecret is null) return null;
        return protector.TryUnprotect(protectedSecret, out var secret) ? secret : Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    }

    private HoldCause? HoldOf(HoldCause? stored, bool isReadable)
    {
        if (isReadable) return stored?.Reason == HoldCause.KeyUnreadable ? null : stored;
        return stored?.Reason == HoldCause.KeyUnreadable
            ? stored
            : new HoldCause(HoldCause.KeyUnreadable, "The stored key cannot be decrypted: the key ring it was encrypted with is gone. Set the key again.", HoldCause.Service, time.GetUtcNow());
    }
}
