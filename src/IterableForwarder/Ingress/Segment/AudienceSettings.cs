using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>
/// What an event says about how its change is to be sent: its <c>audience_settings</c>, and the same names at the top of the event, where
/// Segment puts a destination's <c>extras</c>. What is left out takes its default; what is of the wrong type is a warning, and then stays as
/// it was, but for the unsubscribing from a channel: that is done only where it is asked for beyond doubt.
/// </summary>
internal sealed class AudienceSettings
{
    private const string Again = "Set it anew in Segment's audience settings";
    private const string Differ = "differs from channelUnsubscribe, which has the same meaning; the service unsubscribes nobody from the channel until they agree";

    private bool _updateExistingUsersOnly;
    private bool _isUpdateKept;
    private long? _campaignId;
    private bool _isCampaignKept;
    private bool? _global;
    private bool? _channel;
    private bool _isDoubtful;
    private readonly List<string> _warnings = [];

    private AudienceSettings()
    {
    }

    /// <summary>For the operator: each begins with the setting's name.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Null where the event says nothing: no object, an empty one or null, and nothing at its top.</summary>
    /// <param name="audienceSettings">The value under <c>audience_settings</c>; empty where there is none.</param>
    /// <param name="extras">An object with the settings at the top of the event; empty where there are none.</param>
    public static AudienceSettings? Read(ReadOnlyMemory<byte> audienceSettings, ReadOnlyMemory<byte> extras)
    {
        var settings = new AudienceSettings();
        var saysAny = settings.ReadAll(audienceSettings) | settings.ReadAll(extras);
        if (!saysAny) return null;
        if (settings._global is { } one && settings._channel is { } other && one != other)
        {
            settings.Warn("globalUnsubscribe", Differ);
            settings._isDoubtful = true;
        }
        return settings;
    }

    /// <summary>What is said with a change whose event has these settings.</summary>
    /// <param name="before">What counted before it.</param>
    public CallSettings ApplyTo(CallSettings before) => new(
        _isUpdateKept ? before.UpdateExistingUsersOnly : _updateExistingUsersOnly,
        _isCampaignKept ? before.CampaignId : _campaignId,
        !_isDoubtful && (_global ?? _channel ?? false));

    /// <summary>Puts them on a connection; with the same values the same record comes of it.</summary>
    public Connection ApplyTo(Connection connection)
    {
        var (update, campaign, channel) = ApplyTo(connection.CallSettings);
        return connection with
        {
            UpdateExistingUsersOnly = update,
            CampaignId = campaign,
            ChannelUnsubscribe = channel,
            Warnings = _warnings.SequenceEqual(connection.Warnings) ? connection.Warnings : Warnings,
        };
    }

    /// <summary>False where it says nothing.</summary>
    private bool ReadAll(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return false;
        var reader = JsonValues.ReaderOf(json);
        if (reader.TokenType == JsonTokenType.Null) return false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            RefuseAll(reader.TokenType);
            return true;
        }
        var isEmpty = true;
        while (JsonValues.NextName(ref reader))
        {
            isEmpty = false;
            ReadOne(ref reader);
        }
        return !isEmpty;
    }

    private void ReadOne(ref Utf8JsonReader reader)
    {
        var name = SettingName.Of(ref reader);
        reader.Read();
        if (name is not null && reader.TokenType != JsonTokenType.Null)
        {
            switch (name)
            {
                case SettingName.Update: ReadUpdate(ref reader); break;
                case SettingName.Campaign: ReadCampaign(ref reader); break;
                case SettingName.Global: ReadChannel(ref reader, name, ref _global); break;
                case SettingName.Channel: ReadChannel(ref reader, name, ref _channel); break;
            }
        }
        reader.Skip();
    }

    private void RefuseAll(JsonTokenType type)
    {
        (_isUpdateKept, _isCampaignKept) = (true, true);
        Warn("audience_settings", $"must be an object, not {JsonValues.NameOf(type)}; the settings stay unchanged, and the service unsubscribes nobody from the channel");
    }

    private void ReadUpdate(ref Utf8JsonReader reader)
    {
        if (JsonValues.Truth(ref reader) is { } truth) (_updateExistingUsersOnly, _isUpdateKept) = (truth, false);
        else _isUpdateKept = Warn(SettingName.Update, $"must be true or false, not {JsonValues.NameOf(reader.TokenType)}; it is left as it was. {Again}");
    }

    private void ReadCampaign(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && JsonNumbers.IdOf(JsonNumbers.Plain(reader.ValueSpan.ToArray()).Span) is { } id) (_campaignId, _isCampaignKept) = (id, false);
        else _isCampaignKept = Warn(SettingName.Campaign, $"must be a whole number from 1, not {OtherThanCampaign(reader.TokenType)}; it is left as it was. {Again}");
    }

    /// <summary>Said twice, it has to be the same both times.</summary>
    private void ReadChannel(ref Utf8JsonReader reader, string name, ref bool? value)
    {
        if (JsonValues.Truth(ref reader) is not { } truth)
            _isDoubtful = Warn(name, $"must be true or false, not {JsonValues.NameOf(reader.TokenType)}; the service unsubscribes nobody from the channel until it is. {Again}");
        else if (value is { } other && other != truth)
            _isDoubtful = Warn(name, "appears twice with different values; the service unsubscribes nobody from the channel until they agree");
        else
            value = truth;
    }

    private static string OtherThanCampaign(JsonTokenType type) => type == JsonTokenType.Number ? "another number" : JsonValues.NameOf(type);

    private bool Warn(string setting, string why)
    {
        _warnings.Add($"{setting}: {why}");
        return true;
    }
}

/// <summary>The names that settings have, in <c>audience_settings</c> and at the top of an event.</summary>
internal static class SettingName
{
    public const string Update = "updateExistingUsersOnly";
    public const string Campaign = "campaignId";
    public const string Global = "globalUnsubscribe";
    public const string Channel = "channelUnsubscribe";

    private static readonly (string Name, byte[] Utf8)[] All = [.. new[] { Update, Campaign, Global, Channel }.Select(name => (name, Encoding.UTF8.GetBytes(name)))];

    /// <summary>The name that the reader is on; null where it is none of a setting.</summary>
    public static string? Of(ref Utf8JsonReader reader)
    {
        foreach (var (name, utf8) in All)
        {
            if (JsonValues.IsName(ref reader, utf8)) return name;
        }
        return null;
    }
}
