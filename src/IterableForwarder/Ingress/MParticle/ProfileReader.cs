using System.Text.Json;
using IterableForwarder.Changes;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Reads one profile of a membership change: one change for each of its audiences, in their order.</summary>
internal static class ProfileReader
{
    /// <param name="profile">One JSON value; what is no object brings nothing.</param>
    /// <param name="changes">Receives the changes.</param>
    public static void Read(ReadOnlyMemory<byte> profile, GatheredChanges changes)
    {
        var identities = new Identities();
        var audiences = ReadOnlyMemory<byte>.Empty;
        var reader = JsonValues.ReaderOf(profile);
        if (!JsonValues.IsObject(ref reader)) return;
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "mpid"u8)) ReadMpid(ref reader, profile, ref identities);
            else if (JsonValues.IsName(ref reader, "user_identities"u8)) ReadIdentities(ref reader, profile, ref identities);
            else if (JsonValues.IsName(ref reader, "audiences"u8)) audiences = JsonValues.Slice(ref reader, profile);
            else reader.Skip();
        }
        // only now, as who it is may stand behind what happened to them
        if (!audiences.IsEmpty) ReadAudiences(audiences, identities, changes);
    }

    private static void ReadMpid(ref Utf8JsonReader reader, ReadOnlyMemory<byte> profile, ref Identities identities)
    {
        reader.Read();
        identities.ReadMpid(ref reader, profile);
    }

    private static void ReadIdentities(ref Utf8JsonReader reader, ReadOnlyMemory<byte> profile, ref Identities identities)
    {
        reader.Read();
        identities.ReadAll(ref reader, profile);
    }

    private static void ReadAudiences(ReadOnlyMemory<byte> json, in Identities identities, GatheredChanges changes)
    {
        var reader = JsonValues.ReaderOf(json);
        if (!JsonValues.IsArray(ref reader)) return;
        while (JsonValues.NextElement(ref reader))
        {
            var audience = ReadAudience(ref reader, json);
            changes.Add(audience, new Change
            {
                Action = audience.ToChangeAction(),
                Email = identities.Email,
                CustomerId = identities.CustomerId,
                Mpid = identities.Mpid,
                HashedEmail = identities.IsEmailHashed,
            });
        }
    }

    /// <summary>What is no object is an audience of which nothing is known: it shows in the account of "unknown".</summary>
    private static Audience ReadAudience(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var audience = new Audience();
        if (!JsonValues.IsObject(ref reader)) return audience;
        while (JsonValues.NextName(ref reader))
        {
            var field = FieldOf(ref reader);
            reader.Read();
            switch (field)
            {
                case AudienceField.Id: audience.ReadId(ref reader, json); break;
                case AudienceField.Name: audience.ReadName(ref reader, json); break;
                case AudienceField.Settings: audience.ReadSettings(ref reader, json); break;
                case AudienceField.Action: audience.ReadAction(ref reader, json); break;
                default: reader.Skip(); break;
            }
        }
        return audience;
    }

    private static AudienceField FieldOf(ref Utf8JsonReader reader)
    {
        if (JsonValues.IsName(ref reader, "audience_id"u8)) return AudienceField.Id;
        if (JsonValues.IsName(ref reader, "audience_name"u8)) return AudienceField.Name;
        if (JsonValues.IsName(ref reader, "audience_subscription_settings"u8)) return AudienceField.Settings;
        return JsonValues.IsName(ref reader, "action"u8) ? AudienceField.Action : AudienceField.Other;
    }

    private enum AudienceField
    {
        Other,
        Id,
        Name,
        Settings,
        Action,
    }
}
