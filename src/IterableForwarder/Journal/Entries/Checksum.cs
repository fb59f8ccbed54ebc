using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// A checksum is stored beside data that decides what is sent, and compared whenever the data is read: data that was changed on disk must
/// not be taken for an error of the service, or be sent.
/// </summary>
/// <remarks>Databases hold them: what was ever written must fit.</remarks>
internal static class Checksum
{
    /// <param name="data">What is stored.</param>
    /// <param name="form">The form it is stored in, where that has a column of its own.</param>
    public static long Of(ReadOnlySpan<byte> data, int form = 0) => (long)XxHash3.HashToUInt64(data, form);

    /// <summary>Null for data that is not there.</summary>
    public static long? Of(byte[]? data) => data is null ? null : Of(data.AsSpan());

    public static long Of(string text) => Of(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <param name="data">What was read.</param>
    /// <param name="checksum">Null for data from before there were checksums, which is not checked.</param>
    /// <param name="form">As it was written with.</param>
    public static bool Fits(ReadOnlySpan<byte> data, long? checksum, int form = 0) => checksum is null || checksum == Of(data, form);

    /// <inheritdoc cref="Fits(ReadOnlySpan{byte}, long?, int)"/>
    public static bool Fits(string data, long? checksum) => checksum is null || checksum == Of(data);
}
