using System.Text;
using CsCheck;
using Iterable.Client.Requests;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Requests;

public sealed class LengthBoundTests
{
    // Any bytes, so also broken UTF-8; and any characters, so also emoji, controls and unassigned ones.
    private static readonly Gen<byte[]> Text = Gen.OneOf(
        Gen.Byte.Array[0, 60],
        Gen.String[Gen.Char, 0, 60].Select(Encoding.UTF8.GetBytes),
        Gen.Int[0x80, 0x10FFFF].Where(Rune.IsValid).Array[0, 20].Select(runes => Encoding.UTF8.GetBytes(string.Concat(runes.Select(r => new Rune(r).ToString())))));

    private static readonly string[] Objects = ["", "{}", """{"a":"b","c":[1,2,3]}"""];

    private static readonly Gen<byte[]> DataFields = Gen.Int[0, 2].Select(index => Encoding.UTF8.GetBytes(Objects[index]));

    private static readonly Gen<Member> Members =
        from email in Text
        from userId in Text
        from data in DataFields
        from prefer in Gen.Bool
        from merge in Gen.Bool.Nullable()
        select new Member { Email = email, UserId = userId, DataFields = data, PreferUserId = prefer, MergeNestedObjects = merge };

    private static readonly Gen<IterableEvent> Events =
        from texts in Text.Array[4]
        from data in DataFields
        from numbers in Gen.Long.Nullable().Array[3]
        select new IterableEvent
        {
            EventName = texts[0],
            Email = texts[1],
            UserId = texts[2],
            Id = texts[3],
            DataFields = data,
            CreatedAt = numbers[0],
            CampaignId = numbers[1],
            TemplateId = numbers[2],
        };

    [Fact]
    public void A_member_is_never_longer_than_its_bound()
    {
        int empty = Some.BytesOf(new SubscribeRequest(1, [])).Length;
        Members.Sample(member => Some.BytesOf(new SubscribeRequest(1, [member])).Length - empty + 1 <= member.MaxJsonLength);
    }

    [Fact]
    public void A_body_is_never_longer_than_its_members_bounds_and_the_envelope()
    {
        Gen.Select(Members.Array[0, 5], Gen.Long).Sample((members, id) =>
        {
            long bound = Limits.EnvelopeBytes + members.Sum(member => (long)member.MaxJsonLength);
            Assert.True(Some.BytesOf(new SubscribeRequest(id, members, true)).Length <= bound);
            Assert.True(Some.BytesOf(new UnsubscribeRequest(id, members, id, false)).Length <= bound);
            Assert.True(Some.BytesOf(new BulkUpdateRequest(members, false)).Length <= bound);
        });
    }

    [Fact]
    public void Events_are_never_longer_than_their_bounds_and_the_envelope()
    {
        Events.Array[0, 5].Sample(events =>
            Some.BytesOf(new TrackBulkRequest(events)).Length <= Limits.EnvelopeBytes + events.Sum(e => (long)e.MaxJsonLength));
    }

    [Fact]
    public void The_bound_holds_for_every_single_character_and_with_every_field_at_its_longest()
    {
        int empty = Some.BytesOf(new BulkUpdateRequest([])).Length;
        var longest = new IterableEvent { CreatedAt = long.MinValue, CampaignId = long.MinValue, TemplateId = long.MinValue, DataFields = "{}"u8.ToArray() };
        for (int point = 1; point <= 0x10FFFF; point++)
        {
            if (!Rune.IsValid(point))
                continue;
            var text = Encoding.UTF8.GetBytes(new Rune(point).ToString());
            var member = new Member { Email = text, UserId = text, DataFields = "{}"u8.ToArray(), PreferUserId = true, MergeNestedObjects = false };
            Assert.True(Some.BytesOf(new BulkUpdateRequest([member])).Length - empty + 1 <= member.MaxJsonLength, $"U+{point:X}");
            if (point is < 256 or > 0x10FF00)
            {
                var e = longest with { EventName = text, Email = text, UserId = text, Id = text };
                Assert.True(Some.BytesOf(new TrackBulkRequest([e])).Length - """{"events":[]}""".Length + 1 <= e.MaxJsonLength, $"U+{point:X}");
            }
        }
    }

    [Fact]
    public void The_bound_is_not_wasteful_for_ordinary_members()
    {
        var member = Member.Of("jane.doe@example.com", "customer-123456", """{"plan":"gold"}""") with { PreferUserId = true, MergeNestedObjects = false };
        int actual = Some.BytesOf(new BulkUpdateRequest([member])).Length - """{"users":[]}""".Length + 1;

        Assert.InRange(member.MaxJsonLength - actual, 0, 16);
    }
}
