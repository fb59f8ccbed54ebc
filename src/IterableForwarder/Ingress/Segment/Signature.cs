using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace IterableForwarder.Ingress.Segment;

/// <summary>
/// <c>X-Signature</c>: the hexadecimal HMAC-SHA1 of the body with the shared secret, or of the first event where Segment sends
/// several. So it proves the first event at most, and is asked for beside a key, never instead of one.
/// </summary>
internal sealed class Signature
{
    public const string Header = "X-Signature";

    private readonly byte[] _secret;
    private readonly byte[] _given;
    private bool _fitsFirst;

    private Signature(byte[] secret, byte[] given) => (_secret, _given) = (secret, given);

    /// <summary>False where the request has none, several, or none that could be one.</summary>
    public static bool TryRead(string secret, HttpRequest request, [NotNullWhen(true)] out Signature? signature)
    {
        signature = null;
        var header = request.Headers[Header];
        var given = new byte[HMACSHA1.HashSizeInBytes];
        if (header.Count != 1 || header[0] is not { } text || text.Trim() is not { Length: 2 * HMACSHA1.HashSizeInBytes } hex) return false;
        if (Convert.FromHexString(hex, given, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        signature = new(Encoding.UTF8.GetBytes(secret), given);
        return true;
    }

    /// <summary>Takes in the body for <see cref="Fits"/>.</summary>
    public IncrementalHash BodyHash() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, _secret);

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is what Segment signs with.")]
    public void CheckFirst(ReadOnlySpan<byte> firstEvent) =>
        _fitsFirst = CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(_secret, firstEvent), _given);

    public bool Fits(byte[] bodyHash) => CryptographicOperations.FixedTimeEquals(bodyHash, _given) || _fitsFirst;
}
