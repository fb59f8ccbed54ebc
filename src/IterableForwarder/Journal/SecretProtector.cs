using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace IterableForwarder.Journal;

/// <summary>Encrypts what must not be in clear on disk, with the key ring of the data folder.</summary>
internal sealed class SecretProtector(IDataProtectionProvider provider)
{
    // part of what is encrypted: a secret of another purpose, or of a later format, does not decrypt here
    private readonly IDataProtector _protector = provider.CreateProtector("IterableForwarder", "Secrets", "v1");

    /// <exception cref="StorageUnavailableException">The key ring cannot be read or written.</exception>
    public string Protect(string secret)
    {
        try
        {
            return _protector.Protect(secret);
        }
        catch (CryptographicException e)
        {
            throw new StorageUnavailableException($"The secret cannot be encrypted, as the key ring in the data folder cannot be used: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>False when the ring does not have the key any more, or the text was tampered with.</summary>
    public bool TryUnprotect(string protectedText, [NotNullWhen(true)] out string? secret)
    {
        try
        {
            secret = _protector.Unprotect(protectedText);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            secret = null;
            return false;
        }
    }
}
