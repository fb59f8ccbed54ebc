using System.Globalization;

namespace IterableForwarder.Tests.Crash;

/// <summary>Writes batches as JSON, or as lines, now and then so many that they are stored in chunks.</summary>
internal sealed class MembersWriter(string name, string connection, bool asLines, Random random) : Writer(name, connection, random)
{
    /// <summary>A chunk holds 10,000.</summary>
    private const int LongBody = 10_050;

    private int _strangers;
    private int _longIn = -1;

    protected override WriterRequest Next(int era)
    {
        // one in every third life at most: it is as much work as five hundred others, and the service does not live long
        var isLong = asLines && era % 3 == 0 && _longIn < era && Random.Next(8) == 0;
        if (isLong) _longIn = era;
        var draft = new Draft();
        for (var count = isLong ? LongBody : Random.Next(1, 30); draft.Changes.Count < count;)
        {
            if (isLong && Random.Next(200) != 0) AddChange(draft, Hot());
            else AddAny(draft, era);
        }
        return new()
        {
            Path = $"/api/v1/connections/{Connection}/members",
            Body = asLines ? string.Join('\n', draft.Changes) : $$"""{"changes":[{{string.Join(',', draft.Changes)}}]}""",
            MediaType = asLines ? "application/x-ndjson" : "application/json",
            Key = Random.Next(3) > 0 ? $"{Name}-{Guid.NewGuid()}" : null,
            Effects = draft.Effects,
            Received = draft.Changes.Count,
            Dropped = draft.Dropped,
            Rejected = draft.Rejected,
        };
    }

    private void AddAny(Draft draft, int era)
    {
        switch (Random.Next(20))
        {
            case 0:
                draft.Changes.Add($$"""{"action":"add","customerId":"{{Name}}-nobody-{{_strangers++}}"}""");
                draft.Dropped++;
                break;
            case 1:
                draft.Changes.Add($$"""{"action":"add","email":"{{Name}}-no-address-{{_strangers++}}"}""");
                draft.Rejected++;
                break;
            case 2 when !asLines && Known() is { } known:
                // it happened yesterday, and something newer of the member is accepted: it changes nothing
                draft.Changes.Add(Change(known, Random.Next(2) == 0, TimeProvider.System.GetUtcNow().AddDays(-1)));
                break;
            case < 9:
                AddChange(draft, Seldom(era));
                break;
            default:
                AddChange(draft, Hot());
                break;
        }
    }

    private void AddChange(Draft draft, WrittenMember member)
    {
        // a new one that was never on the list could not be missed
        var isOn = !member.IsKnown || Random.Next(2) == 0;
        draft.Changes.Add(Change(member, isOn));
        draft.Effects[member] = isOn;
    }

    private static string Change(WrittenMember member, bool isOn, DateTimeOffset? occurredAt = null)
    {
        var customer = member.CustomerId is null ? "" : $",\"customerId\":\"{member.CustomerId}\"";
        var time = occurredAt is { } at ? $",\"occurredAt\":\"{at.ToString("O", CultureInfo.InvariantCulture)}\"" : "";
        return $$"""{"action":"{{ActionOf(isOn)}}","email":"{{member.Email}}"{{customer}}{{time}}}""";
    }

    private sealed class Draft
    {
        public List<string> Changes { get; } = [];

        public Dictionary<WrittenMember, bool> Effects { get; } = [];

        public int Dropped { get; set; }

        public int Rejected { get; set; }
    }
}
