namespace IterableForwarder.Security;

/// <summary>How the key ring, which decrypts the stored secrets, is itself protected.</summary>
internal sealed class SecurityOptions
{
    public const string Section = "Security";

    /// <summary>
    /// A PKCS#12 file (.pfx) with an RSA key that encrypts the key ring. Without one the ring is in clear in the data folder,
    /// and whoever has that folder has the secrets. Whoever sets one needs it at every start from then on.
    /// </summary>
    public string KeyRingCertificatePath { get; set; } = "";

    /// <summary>The password of that file; empty for none.</summary>
    public string KeyRingCertificatePassword { get; set; } = "";
}
