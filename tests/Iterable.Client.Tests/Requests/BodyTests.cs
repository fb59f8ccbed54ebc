using Iterable.Client.Requests;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Requests;

public sealed class BodyTests
{
    private static readonly Member Full = Member.Of("a@example.com", "u-1", """{"plan":"gold","n":[1,2]}""") with
    {
        PreferUserId = true,
        MergeNestedObjects = false,
    };

    [Fact]
    public void Subscribe_writes_every_field_in_order()
    {
        var request = new SubscribeRequest(1, [Full], UpdateExistingUsersOnly: true);

        Assert.Equal(
            """{"listId":1,"subscribers":[{"email":"a@example.com","userId":"u-1","dataFields":{"plan":"gold","n":[1,2]},"preferUserId":true,"mergeNestedObjects":false}],"updateExistingUsersOnly":true}""",
            Some.BodyOf(request));
    }

    [Fact]
    public void Subscribe_leaves_out_what_is_empty_or_false()
    {
        var request = new SubscribeRequest(long.MaxValue, [Member.Of("a@example.com"), Member.Of(null, "u-2")]);

        Assert.Equal(
            """{"listId":9223372036854775807,"subscribers":[{"email":"a@example.com"},{"userId":"u-2"}]}""",
            Some.BodyOf(request));
    }

    [Fact]
    public void Unsubscribe_writes_identifiers_and_always_channelUnsubscribe()
    {
        Assert.Equal(
            """{"listId":1,"subscribers":[{"email":"a@example.com","userId":"u-1"}],"campaignId":9,"channelUnsubscribe":false}""",
            Some.BodyOf(new UnsubscribeRequest(1, [Full], CampaignId: 9)));
        Assert.Equal(
            """{"listId":1,"subscribers":[{"userId":"u-2"}],"channelUnsubscribe":true}""",
            Some.BodyOf(new UnsubscribeRequest(1, [Member.Of(null, "u-2")], ChannelUnsubscribe: true)));
    }

    [Fact]
    public void BulkUpdate_writes_users()
    {
        Assert.Equal(
            """{"users":[{"email":"a@example.com","userId":"u-1","dataFields":{"plan":"gold","n":[1,2]},"preferUserId":true,"mergeNestedObjects":false}],"createNewFields":false}""",
            Some.BodyOf(new BulkUpdateRequest([Full], CreateNewFields: false)));
        Assert.Equal("""{"users":[{"userId":"u-2"}]}""", Some.BodyOf(new BulkUpdateRequest([Member.Of(null, "u-2")])));
    }

    [Fact]
    public void TrackBulk_writes_events()
    {
        var full = IterableEvent.Of("bought", "a@example.com", "u-1", "e-1", """{"total":9.5}""") with
        {
            CreatedAt = 1_700_000_000,
            CampaignId = 5,
            TemplateId = 6,
        };

        Assert.Equal(
            """{"events":[{"eventName":"bought","email":"a@example.com","userId":"u-1","id":"e-1","createdAt":1700000000,"dataFields":{"total":9.5},"campaignId":5,"templateId":6},{"eventName":"left","userId":"u-2"}]}""",
            Some.BodyOf(new TrackBulkRequest([full, IterableEvent.Of("left", null, "u-2")])));
    }

    [Fact]
    public void Text_is_escaped_as_little_as_JSON_allows()
    {
        var request = new BulkUpdateRequest([Member.Of("o'neil+<é>@example.com", "a\"\\\n")]);

        Assert.Equal("""{"users":[{"email":"o'neil+<é>@example.com","userId":"a\"\\\n"}]}""", Some.BodyOf(request));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_replacement_characters()
    {
        var request = new BulkUpdateRequest([new Member { UserId = new byte[] { (byte)'a', 0xFF, 0xC3 } }]);

        Assert.Equal("""{"users":[{"userId":"a\uFFFD\uFFFD"}]}""", Some.BodyOf(request));
    }

    [Fact]
    public void Each_request_knows_its_path_class_and_count()
    {
        (BulkRequest Request, string Path, EndpointClass Class)[] cases =
        [
            (new SubscribeRequest(1, [Full, Full]), "/api/lists/subscribe", EndpointClass.Lists),
            (new UnsubscribeRequest(1, [Full, Full]), "/api/lists/unsubscribe", EndpointClass.Lists),
            (new BulkUpdateRequest([Full, Full]), "/api/users/bulkUpdate", EndpointClass.Users),
            (new TrackBulkRequest([default, default]), "/api/events/trackBulk", EndpointClass.Events),
        ];

        Assert.All(cases, c => Assert.Equal((c.Path, c.Class, 2), (c.Request.Path, c.Request.EndpointClass, c.Request.MemberCount)));
    }
}
