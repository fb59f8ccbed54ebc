using System.Buffers;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Calls.ListMembership;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;
using Limits = Iterable.Client.Requests.Limits;

namespace IterableForwarder.Tests.Delivery.Calls;

public sealed class ListMembershipCallTests
{
    private static readonly ListMembershipCall Call = new();
    private static readonly AttributeMapping[] Mapped = [new("town", "city"), new("age", "age")];

    [Theory]
    [InlineData("Hybrid", """{"listId":7,"subscribers":[{"email":"ann@example.com","userId":"1"},{"email":"bob@example.com"}]}""")]
    [InlineData("Email", """{"listId":7,"subscribers":[{"email":"ann@example.com","userId":"1"},{"email":"bob@example.com"}]}""")]
    public void Adds(string project, string body) =>
        Assert.Equal(body, Body(Rule(project), Target(), Some.Add(" Ann@example.com", "1"), Some.Add("bob@example.com")));

    [Fact]
    public void Adds_to_a_user_id_project_prefer_the_user_id() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com","userId":"1","preferUserId":true}]}""",
        Body(Rule("UserId"), Target(), Some.Add("ann@example.com", "1")));

    [Fact]
    public void Adds_for_existing_users_only() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com"}],"updateExistingUsersOnly":true}""",
        Body(Rule("Hybrid"), Target(updateExistingUsersOnly: true, campaignId: 5, channelUnsubscribe: true), Some.Add("ann@example.com")));

    [Theory]
    [InlineData("Hybrid")]
    [InlineData("Email")]
    [InlineData("UserId")]
    public void Removes(string project) => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com","userId":"1"}],"channelUnsubscribe":false}""",
        Body(Rule(project, Mapped), Target(updateExistingUsersOnly: true), Some.Remove("ann@example.com", "1")));

    [Fact]
    public void Removes_of_a_campaign_and_a_whole_channel() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com"}],"campaignId":5,"channelUnsubscribe":true}""",
        Body(Rule("Hybrid"), Target(campaignId: 5, channelUnsubscribe: true), Some.Remove("ann@example.com")));

    [Fact]
    public void Adds_carry_the_mapped_attributes() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com","dataFields":{"town":"Ulm","age":30}},{"email":"bob@example.com"}]}""",
        Body(
            Rule("Hybrid", Mapped),
            Target(),
            Some.Add("ann@example.com", attributes: """{"age":30,"city":"Ulm","secret":1}"""),
            Some.Add("bob@example.com", attributes: """{"secret":1}""")));

    [Fact]
    public void Without_a_mapping_no_attribute_is_sent() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com"}]}""",
        Body(Rule("Hybrid"), Target(), Some.Add("ann@example.com", attributes: """{"age":30}""")));

    [Fact]
    public void Coalesced_adds_merge_their_attributes_and_a_remove_between_adds_none() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"ann@example.com","dataFields":{"town":"Bonn","age":30}}]}""",
        Body(
            Rule("Hybrid", Mapped),
            Target(),
            Some.Add("ann@example.com", attributes: """{"age":30,"city":"Ulm"}"""),
            Some.Change(ChangeAction.Remove, "ann@example.com", attributes: """{"age":99}"""),
            Some.Add("ann@example.com", attributes: """{"city":"Bonn"}""")));

    [Fact]
    public void The_placeholder_is_sent_like_any_address() => Assert.Equal(
        """{"listId":7,"subscribers":[{"email":"77@placeholder.email","userId":"77"}]}""",
        Body(Some.Rule(ProjectType.Hybrid, IdentityRule.Mpid), Target(), Some.Add(mpid: "77")));

    [Theory]
    [InlineData("ü\"\\\u0001/'<日本😀", 1)]
    [InlineData("\u0001\u0002\u0003", 400)]
    [InlineData("x", 4000)]
    public void No_body_is_longer_than_a_call_may_be(string text, int repeat)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(string.Concat(Enumerable.Repeat(text, repeat)));
        var planner = new CallPlanner();
        planner.Fold(Some.Entry(1, Rule("UserId", Mapped), [.. Enumerable.Range(0, 2500).Select(i => Some.Add($"{text}{i}@x.de", $"{text}{i}", attributes: $$"""{"city":{{json}}}"""))]));

        var members = 0;
        while (planner.TakeCall(ChangeAction.Add, Call.Limits, Call.Lengths) is { } call)
        {
            var request = Call.Build(call, new(long.MaxValue, new(true, long.MaxValue, true), true));
            var body = new ArrayBufferWriter<byte>();
            request.WriteBody(body);

            Assert.InRange(request.MemberCount, 1, Limits.MembersPerCall);
            Assert.InRange(body.WrittenCount, 1, Limits.BytesPerCall);
            members += request.MemberCount;
        }
        Assert.Equal(2500, members);
    }

    private static MappingRule Rule(string project, params AttributeMapping[] attributes) =>
        Some.Rule(Enum.Parse<ProjectType>(project), IdentityRule.CustomerId, attributes);

    private static CallTarget Target(bool updateExistingUsersOnly = false, long? campaignId = null, bool channelUnsubscribe = false) =>
        new(7, new(updateExistingUsersOnly, campaignId, channelUnsubscribe), MergeNestedObjects: false);

    private static string Body(MappingRule rule, CallTarget target, params Change[] changes)
    {
        var planner = new CallPlanner();
        planner.Fold(Some.Entry(1, rule, changes));
        var call = planner.TakeCall(changes[^1].Action, Call.Limits, Call.Lengths)!;
        var output = new ArrayBufferWriter<byte>();
        Call.Build(call, target).WriteBody(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
