using Iterable.Sandbox;
using Iterable.Sandbox.State;

namespace IterableForwarder.Tests.Sandbox;

public sealed class ListTests : SandboxTest
{
    protected override SandboxOptions Options => base.Options with { FirstListId = 3_000_000_000 };

    [Fact]
    public async Task A_list_created_by_the_api_is_listed_with_a_64_bit_id_and_time()
    {
        var made = await PostAsync("/api/lists", "{\"name\":\"VIP\",\"description\":\"The best\"}");
        var list = (await GetAsync("/api/lists")).Json.GetProperty("lists")[0];

        Assert.Equal(3_000_000_000, made.Json.GetProperty("listId").GetInt64());
        Assert.Equal(3_000_000_000, list.GetProperty("id").GetInt64());
        Assert.Equal(("VIP", "The best", "Standard"), (list.GetProperty("name").GetString(), list.GetProperty("description").GetString(), list.GetProperty("listType").GetString()));
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeMilliseconds(), list.GetProperty("createdAt").GetInt64());
    }

    [Fact]
    public async Task Names_of_lists_are_not_unique()
    {
        var first = await PostAsync("/api/lists", "{\"name\":\"VIP\"}");
        var second = await PostAsync("/api/lists", "{\"name\":\"VIP\"}");

        Assert.NotEqual(first.Json.GetProperty("listId").GetInt64(), second.Json.GetProperty("listId").GetInt64());
        Assert.Equal(first.Json.GetProperty("listId").GetInt64(), State.FindList(Key, "VIP")!.Id);
    }

    [Fact]
    public async Task A_list_without_a_name_is_refused()
    {
        var answer = await PostAsync("/api/lists", "{\"description\":\"x\"}");

        Assert.Equal((400, "BadParams"), (answer.Status, answer.Code));
        Assert.Equal("is missing", answer.Json.GetProperty("params").GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_unknown_list_is_answered_with_400_and_the_code_Success()
    {
        var answer = await SubscribeAsync(999, Member("ann@example.com"));

        Assert.Equal((400, "Success", "error.lists.invalidListId(999)"), (answer.Status, answer.Code, answer.Message));
    }

    [Fact]
    public async Task A_list_of_another_key_is_unknown()
    {
        var foreign = NewList("other");

        Assert.Equal("Success", (await UnsubscribeAsync(foreign, Member("ann@example.com"))).Code);
        Assert.Equal(400, (await GetAsync($"/api/lists/{foreign}/size")).Status);
        Assert.Equal(400, (await DeleteAsync($"/api/lists/{foreign}")).Status);
    }

    [Fact]
    public async Task A_new_list_is_unknown_for_the_configured_delay()
    {
        State.Configure(Key, settings => settings with { ListVisibilityDelay = TimeSpan.FromSeconds(30) });
        var id = (await PostAsync("/api/lists", "{\"name\":\"New\"}")).Json.GetProperty("listId").GetInt64();

        Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal($"error.lists.invalidListId({id})", (await SubscribeAsync(id, Member("ann@example.com"))).Message);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await SubscribeAsync(id, Member("ann@example.com"))).Succeeded);
    }

    [Fact]
    public async Task A_deleted_list_is_unknown()
    {
        var id = NewList();

        Assert.Equal("Success", (await DeleteAsync($"/api/lists/{id}")).Code);
        Assert.Equal(400, (await SubscribeAsync(id, Member("ann@example.com"))).Status);
        Assert.Null(State.FindList(id));
    }

    [Fact]
    public async Task A_list_in_use_is_not_deleted()
    {
        var id = State.AddList(Key, "Used", inUse: true).Id;

        Assert.Equal(409, (await DeleteAsync($"/api/lists/{id}")).Status);
        Assert.NotNull(State.FindList(id));
    }

    [Fact]
    public async Task Size_and_members_come_as_text()
    {
        var id = NewList();
        await SubscribeAsync(id, Member("ann@example.com", "1"), Member("bob@example.com", "2"));

        var size = await GetAsync($"/api/lists/{id}/size");
        var users = await GetAsync($"/api/lists/getUsers?listId={id}");
        var byUserId = await GetAsync($"/api/lists/getUsers?listId={id}&preferUserId=true");

        Assert.Equal(("2", "text/plain"), (size.Text, size.MediaType));
        Assert.Equal(("ann@example.com\nbob@example.com\n", "text/plain"), (users.Text, users.MediaType));
        Assert.Equal("1\n2\n", byUserId.Text);
    }

    [Fact]
    public async Task A_preview_shows_as_many_members_as_asked_for()
    {
        var id = NewList();
        await SubscribeAsync(id, Member("ann@example.com", "1"), Member("bob@example.com", "2"), Member("cat@example.com"));

        var all = await GetAsync($"/api/lists/previewUsers?listId={id}");
        var two = await GetAsync($"/api/lists/previewUsers?listId={id}&size=2&preferUserId=true");

        Assert.Equal(("ann@example.com\nbob@example.com\ncat@example.com\n", "text/plain"), (all.Text, all.MediaType));
        Assert.Equal("1\n2\n", two.Text);
        Assert.Equal("BadParams", (await GetAsync($"/api/lists/previewUsers?listId={id}&size=5001")).Code);
        Assert.Equal("error.lists.invalidListId(999)", (await GetAsync("/api/lists/previewUsers?listId=999")).Message);
    }

    [Fact]
    public async Task A_preview_shows_a_thousand_members_unless_asked_for_more()
    {
        var id = NewList();
        await SubscribeAsync(id, [.. Enumerable.Range(0, 1001).Select(n => Member(userId: $"{n}"))]);

        Assert.Equal(1000, (await GetAsync($"/api/lists/previewUsers?listId={id}")).Text.Count(c => c == '\n'));
        Assert.Equal(1001, (await GetAsync($"/api/lists/previewUsers?listId={id}&size=5000")).Text.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_list_id_that_is_not_a_number_is_refused()
    {
        Assert.Equal("BadParams", (await GetAsync("/api/lists/abc/size")).Code);
        Assert.Equal("BadParams", (await GetAsync("/api/lists/getUsers")).Code);
    }

    [Fact]
    public void An_id_can_be_chosen_and_is_unique_over_all_keys()
    {
        State.AddList("one", "A", id: 42);

        Assert.Throws<ArgumentException>(() => State.AddList("two", "B", id: 42));
        Assert.Equal("one", State.FindList(42)!.ApiKey);
    }

    [Fact]
    public async Task The_type_of_a_list_is_shown()
    {
        State.AddList(Key, "Query", type: ListType.Dynamic);

        Assert.Contains("\"listType\":\"Dynamic\"", (await GetAsync("/api/lists")).Text, StringComparison.Ordinal);
    }
}
