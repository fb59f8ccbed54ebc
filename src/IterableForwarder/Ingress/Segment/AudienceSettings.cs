using System.Text.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>
/// What <c>audience_settings</c> asks of a connection. What is left out takes its default; what is of the wrong type is a warning,
/// and then leaves the connection as it was, but for the unsubscribing from a channel: that is done only where it is asked for beyond doubt.
/// </summary>
internal sealed class AudienceSettings
{
    private const string Again = "Set it anew in Segment's audience settings";
    private const string Differ = "differs from channelUnsubscribe, and means the same; nobody is unsubscribed from the channel until they agree";

    private bool _isUpdateKept;
    private bool _isCampaignKept;
    private readonly List<string> _warnings = [];

    public bool UpdateExistingUsersOnly { get; private set; }

    public long? CampaignId { get; private set; }

    public bool ChannelUnsubscribe { get; private set; }

    /// <summary>For the operator: each begins with the setting's name.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public static AudienceSettings Read(ReadOnlyMemory<byte> json)
    {
        var settings = new AudienceSettings();
        if (json.IsEmpty) return settings;
        var reader = JsonValues.ReaderOf(json);
        if (reader.TokenType == JsonTokenType.Null) return settings;
        if (reader.TokenType == JsonTokenType.StartObject) settings.ReadAll(ref reader);
        else settings.RefuseAll(reader.TokenType);
        return settings;
    }

    /// <summary>Puts them on a connection; with the same values the same record comes of it.</summary>
    public Connection ApplyTo(Connection connection) => connection with
    {
        UpdateExistingUsersOnly = _isUpdateKept ? connection.UpdateExistingUsersOnly : UpdateExistingUsersOnly,
        CampaignId = _isCampaignKept ? connection.CampaignId : CampaignId,
        ChannelUnsubscribe = ChannelUnsubscribe,
        Warnings = _warnings.SequenceEqual(connection.Warnings) ? connection.Warnings : Warnings,
    };

    private void ReadAll(ref Utf8JsonReader reader)
    {
        var (global, channel) = ((bool?)null, (bool?)null);
        var isDoubtful = false;
        while (JsonValues.NextName(ref reader))
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            switch (name)
            {
                case "updateExistingUsersOnly": ReadUpdate(ref reader); break;
                case "campaignId": ReadCampaign(ref reader); break;
                case "globalUnsubscribe": global = ReadChannel(ref reader, name, ref isDoubtful); break;
                case "channelUnsubscribe": channel = ReadChannel(ref reader, name, ref isDoubtful); break;
            }
            reader.Skip();
        }
        var doDiffer = global is { } one && channel is { } other && one != other;
        if (doDiffer) Warn("globalUnsubscribe", Differ);
        ChannelUnsubscribe = !isDoubtful && !doDiffer && (global ?? channel ?? false);
    }

    private void RefuseAll(JsonTokenType type)
    {
        (_isUpdateKept, _isCampaignKept) = (true, true);
        Warn("audience_settings", $"must be an object, not {JsonValues.NameOf(type)}; the settings are left as they were, and nobody is unsubscribed from the channel");
    }

    private static string? NameOf(ref Utf8JsonReader reader)
    {
        if (JsonValues.IsName(ref reader, "updateExistingUsersOnly"u8)) return "updateExistingUsersOnly";
        if (JsonValues.IsName(ref reader, "campaignId"u8)) return "campaignId";
        if (JsonValues.IsName(ref reader, "globalUnsubscribe"u8)) return "globalUnsubscribe";
        return JsonValues.IsName(ref reader, "channelUnsubscribe"u8) ? "channelUnsubscribe" : null;
    }

    private void ReadUpdate(ref Utf8JsonReader reader)
    {
        if (JsonValues.Truth(ref reader) is { } truth) (UpdateExistingUsersOnly, _isUpdateKept) = (truth, false);
        else _isUpdateKept = Warn("updateExistingUsersOnly", $"must be true or false, not {JsonValues.NameOf(reader.TokenType)}; it is left as it was. {Again}");
    }

    private void ReadCampaign(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) && id > 0) (CampaignId, _isCampaignKept) = (id, false);
        else _isCampaignKept = Warn("campaignId", $"must be a whole number from 1, not {OtherThanCampaign(reader.TokenType)}; it is left as it was. {Again}");
    }

    private bool? ReadChannel(ref Utf8JsonReader reader, string name, ref bool isDoubtful)
    {
        if (JsonValues.Truth(ref reader) is { } truth) return truth;
        isDoubtful = Warn(name, $"must be true or false, not {JsonValues.NameOf(reader.TokenType)}; nobody is unsubscribed from the channel until it is. {Again}");
        return null;
    }

    private static string OtherThanCampaign(JsonTokenType type) => type == JsonTokenType.Number ? "another number" : JsonValues.NameOf(type);

    private bool Warn(string setting, string why)
    {
        _warnings.Add($"{setting}: {why}");
        return true;
    }
}
