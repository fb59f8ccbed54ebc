using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>
/// Reads one user of a cohort. Whatever is wrong with it is wrong with this user alone: what cannot be used counts as missing, and a
/// user without an identifier is accounted for as such.
/// </summary>
internal static class UserReader
{
    /// <param name="user">One JSON value.</param>
    public static Change Read(ReadOnlyMemory<byte> user)
    {
        ReadOnlyMemory<byte> userId = default, properties = default;
        var reader = JsonValues.ReaderOf(user);
        if (!JsonValues.IsObject(ref reader)) return default;
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "user_id"u8)) userId = ReadText(ref reader, user, orNumber: true);
            else if (JsonValues.IsName(ref reader, "user_properties"u8)) properties = JsonValues.Slice(ref reader, user);
            else reader.Skip();
        }
        var isObject = !properties.IsEmpty && properties.Span[0] == (byte)'{';
        return new() { CustomerId = userId, Email = isObject ? ReadEmail(properties) : default, Attributes = isObject ? properties : default };
    }

    private static ReadOnlyMemory<byte> ReadEmail(ReadOnlyMemory<byte> properties)
    {
        ReadOnlyMemory<byte> email = default;
        var reader = JsonValues.ReaderOf(properties);
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "email"u8)) email = ReadText(ref reader, properties, orNumber: false);
            else reader.Skip();
        }
        return email;
    }

    private static ReadOnlyMemory<byte> ReadText(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool orNumber)
    {
        reader.Read();
        return JsonValues.Present(JsonValues.Text(ref reader, json, orNumber));
    }
}
