using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>Writes messages of mParticle, whose connection is made by the first that arrives.</summary>
internal sealed class MParticleWriter(string name, long list, Random random) : Writer(name, CreatedByTheMessage, random)
{
    /// <summary>Its connection has no id before it is made.</summary>
    public const string CreatedByTheMessage = "";

    protected override WriterRequest Next(int era)
    {
        var effects = new Dictionary<WrittenMember, bool>();
        for (var count = Random.Next(1, 12); effects.Count < count;)
        {
            var member = Random.Next(2) == 0 ? Seldom(era) : Hot();
            effects.TryAdd(member, !member.IsKnown || Random.Next(2) == 0);
        }
        var id = Guid.NewGuid().ToString();
        var profiles = string.Join(',', effects.Select(e => Profile(e.Key, e.Value)));
        return new()
        {
            Path = "/ingest/mparticle",
            Body = $$$"""
                {"type":"audience_membership_change_request","id":"{{{id}}}","timestamp_ms":{{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}}},
                 "account":{"account_id":123456,"account_settings":{"apiKey":"{{{Pipeline.ApiKey}}}"}},"user_profiles":[{{{profiles}}}]}
                """,
            SourceId = id,
            Effects = effects,
            Received = effects.Count,
        };
    }

    private string Profile(WrittenMember member, bool isOn)
    {
        var customer = member.CustomerId is null ? "" : $$""",{"type":"customer","encoding":"raw","value":"{{member.CustomerId}}"}""";
        return $$$"""
            {"mpid":"12345","user_identities":[{"type":"email","encoding":"raw","value":"{{{member.Email}}}"}{{{customer}}}],
             "audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"{{{list}}}"},"action":"{{{(isOn ? "add" : "delete")}}}"}]}
            """;
    }
}
