using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Reads one profile of a membership change: one change for each of its audiences, in their order.</summary>
internal sealed class ProfileReader
{
    /// <summary>Audiences whose room is kept for the next profile.</summary>
    private const int MaxKept = 1000;

    /// <summary>Of the profile that is being read.</summary>
    private readonly List<Audience> _audiences = [];

    /// <summary>Bytes of memory that they take.</summary>
    public long Bytes => (long)_audiences.Capacity * Unsafe.SizeOf<Audience>();

    /// <param name="reader">Is on one JSON value; what is no object is accounted for as such.</param>
    /// <param name="json">What it reads from.</param>
    /// <param name="changes">Receives the changes.</param>
    public void Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, GatheredChanges changes)
    {
        var identities = new Identities();
        var start = reader.TokenStartIndex;
        _audiences.Clear();
        if (!JsonValues.IsObject(ref reader))
        {
            changes.AddUnreadable();
            return;
        }
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "mpid"u8)) ReadMpid(ref reader, json, ref identities);
            else if (JsonValues.IsName(ref reader, "user_identities"u8)) ReadIdentities(ref reader, json, ref identities);
            else if (JsonValues.IsName(ref reader, "audiences"u8)) ReadAudiences(ref reader, json, changes);
            else reader.Skip();
        }
        // only now, as who it is may come behind what happened to them
        ChangeLimit.CheckRepetition(_audiences.Count, identities.Length, reader.BytesConsumed - start);
        changes.Add(CollectionsMarshal.AsSpan(_audiences), PersonOf(identities));
        // one profile of very many must not keep its room until the message ends
        _audiences.Clear();
        if (_audiences.Capacity > MaxKept) _audiences.Capacity = 0;
    }

    private static Change PersonOf(in Identities identities) => new()
    {
        Email = identities.Email,
        CustomerId = identities.CustomerId,
        Mpid = identities.Mpid,
        HashedEmail = identities.IsEmailHashed,
    };

    private static void ReadMpid(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ref Identities identities)
    {
        reader.Read();
        identities.ReadMpid(ref reader, json);
    }

    private static void ReadIdentities(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ref Identities identities)
    {
        reader.Read();
        identities.ReadAll(ref reader, json);
    }

    /// <summary>Where a profile has them twice, the last count.</summary>
    private void ReadAudiences(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, GatheredChanges changes)
    {
        _audiences.Clear();
        reader.Read();
        if (!JsonValues.IsArray(ref reader)) return;
        while (JsonValues.NextElement(ref reader))
        {
            changes.CheckRoom(_audiences.Count + 1);
            _audiences.Add(ReadAudience(ref reader, json));
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
