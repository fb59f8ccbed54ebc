using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IterableForwarder.Journal;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>The keys that encrypt stored secrets: files in <c>keys/</c> of the data folder, readable by the service's user only.</summary>
internal sealed class KeyRing(IOptions<StorageOptions> storage, ILoggerFactory logs) : IConfigureOptions<KeyManagementOptions>
{
    /// <summary>Part of what is encrypted: without a fixed name the content root's path would be, and a moved service could read nothing.</summary>
    private const string ApplicationName = "IterableForwarder";

    public static void Add(IServiceCollection services, SecurityOptions options)
    {
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyRing>();
        if (TryLoadCertificate(options, out _) is { } certificate) protection.ProtectKeysWithCertificate(certificate);
    }

    /// <summary>Null when none is configured, or with the error when it cannot be used.</summary>
    public static X509Certificate2? TryLoadCertificate(SecurityOptions options, out string? error)
    {
        error = null;
        if (options.KeyRingCertificatePath.Length == 0) return null;
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(options.KeyRingCertificatePath, options.KeyRingCertificatePassword);
            using var key = certificate.GetRSAPrivateKey();
            if (key is not null) return certificate;
            certificate.Dispose();
            error = "Security__KeyRingCertificatePath names a certificate without an RSA private key, which encrypting the key ring needs.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            error = $"Security__KeyRingCertificatePath, or its …Password, cannot be used: {e.Message.TrimEnd('.')}.";
        }
        return null;
    }

    public void Configure(KeyManagementOptions options)
    {
        var folder = Path.GetFullPath(storage.Value.DataFolder);
        // a data folder that cannot be created ends the start, with its path
        Directory.CreateDirectory(folder);
        options.XmlRepository = new KeyFiles(Path.Combine(folder, "keys"), logs.CreateLogger<KeyFiles>());
    }
}
