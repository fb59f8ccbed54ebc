using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Journal;

/// <summary>Documents of settings in the forms of older versions, word for word.</summary>
public sealed class SettingsDocumentTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 15, 10, 2, 11, 120, TimeSpan.Zero);

    [Fact]
    public void A_connection_of_the_first_version_has_the_defaults_of_all_that_came_later()
    {
        var connection = Read("""{"name":"VIP","attributes":[],"followsSource":true,"warnings":[]}""");

        Assert.Equal(("VIP", 42, "a", Source.Segment, Time), (connection.Name, connection.ListId, connection.AudienceId, connection.Source, connection.CreatedAt));
        Assert.Equal((true, null), (connection.RequireEmail, connection.UserId));
        Assert.Empty(connection.Attributes);
        Assert.Empty(connection.Flow.Holds);
        Assert.Empty(connection.ReplacedListIds);
        Assert.True(connection.FollowsSource);
    }

    [Fact]
    public void What_was_kept_under_other_names_and_in_other_forms_is_read()
    {
        var connection = Read(
            """
            {"name":"VIP","userId":"mpid","emailOptional":true,"attributes":[{"field":"firstName","attribute":"first_name"},{"field":"b","attribute":"c"}],
             "identifiers":{"email":["user_id"]},"warnings":["w"]}
            """);

        Assert.Equal((false, IdentityRule.Mpid), (connection.RequireEmail, connection.UserId));
        Assert.Equal([("firstName", "first_name"), ("b", "c")], connection.Attributes.Select(a => (a.Key, a.Value)));
        Assert.Equal([new("firstName", "first_name"), new AttributeMapping("b", "c")], connection.AttributeMappings);
        Assert.Equal(["user_id"], connection.Identifiers!.Email!);
        Assert.Null(connection.Identifiers.UserId);
    }

    [Theory]
    [InlineData("listNotFound", 42L)]
    [InlineData("requestRefused", null)]
    public void The_one_hold_of_an_older_version_becomes_one_of_its_list_or_of_all(string reason, long? listId)
    {
        var connection = Read($$"""{"name":"VIP","hold":{"reason":"{{reason}}","detail":"d","by":"service","since":"2026-01-15T10:02:11.12+00:00"} }""");

        Assert.Equal(new FeedHold(new HoldCause(reason, "d", "service", Time), listId), Assert.Single(connection.Flow.Holds));
    }

    [Fact]
    public void Holds_of_the_version_before_are_read_with_their_batch()
    {
        var connection = Read(
            """
            {"name":"VIP","holds":[{"listId":7,"stop":{"reason":"listNotFound","detail":null,"by":"service","since":"2026-01-15T10:02:11.12+00:00"}},
             {"batchId":"0199c0e0-1c5f-7a0b-8d9e-0f1a2b3c4d5e","stop":{"reason":"internalError","by":"service","since":"2026-01-15T10:02:11.12+00:00"}}]}
            """);

        Assert.Equal([7L, null], connection.Flow.Holds.Select(h => h.ListId));
        Assert.Equal([null, new BatchId(Guid.Parse("0199c0e01c5f7a0b8d9e0f1a2b3c4d5e"))], connection.Flow.Holds.Select(h => h.BatchId));
    }

    [Fact]
    public void Older_documents_with_pause_and_holds_next_to_the_settings_are_read()
    {
        const string Document = """
            {"name":"s","kind":"User","mergeNestedObjects":true,"attributes":[{"field":"tier","attribute":"user_properties.tier"}],"countsShort":"1 of 2",
             "pause":{"reason":"pause","detail":"look","by":"ops","since":"2026-01-15T10:02:11.12+00:00"},"holds":[],"warnings":[]}
            """;

        foreach (var flow in new[] { Read(Document).Flow, SettingsDocuments.ReadFlow(Document) })
        {
            Assert.Equal((new HoldCause("pause", "look", "ops", Time), "1 of 2"), (flow.Pause, flow.CountsShort));
            Assert.Empty(flow.Holds);
        }
    }

    [Fact]
    public void A_stream_of_the_version_before_is_read()
    {
        var stream = SettingsDocuments.Read(new StoredStream(
            new(Guid.NewGuid()), new(Guid.NewGuid()), new(Guid.NewGuid()),
            """
            {"name":"s","identifier":{"property":"user_id","type":"UserId"},"mappings":{"userId":null,"email":"user_properties.email","campaignId":null,"templateId":null},
             "events":{"enabled":true,"include":[{"eventType":"A","filters":[{"property":"event_properties.plan","op":"NotContains","values":["7","pro"]}]}],"properties":[]},
             "users":{"enabled":false,"properties":["user_properties.tier"],"mergeNestedObjects":true}}
            """,
            Time));

        Assert.Equal(("s", "user_id", IdentifierType.UserId, Time), (stream.Name, stream.Identifier.Property, stream.Identifier.Type!.Value, stream.CreatedAt));
        Assert.Equal("email", Assert.Single(stream.Mappings).Key);
        var filter = Assert.Single(Assert.Single(stream.Events.Include).Filters);
        Assert.Equal((FilterOperator.NotContains, "7 pro"), (filter.Op!.Value, string.Join(' ', filter.Values)));
        Assert.Equal((true, false, true), (stream.Events.Enabled, stream.Users.Enabled, stream.Users.MergeNestedObjects));
    }

    private static Connection Read(string document) =>
        SettingsDocuments.Read(new StoredConnection(new(Guid.NewGuid()), new(Guid.NewGuid()), Source.Segment, "a", 42, document, Time));
}
