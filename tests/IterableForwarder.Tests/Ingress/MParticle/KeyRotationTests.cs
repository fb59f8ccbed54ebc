using System.Collections.Concurrent;
using IterableForwarder.Ingress.MParticle;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>A customer exchanges the key of their Iterable project at mParticle.</summary>
public sealed class KeyRotationTests
{
    private const string OldKey = "old-key";
    private const string NewKey = "new-key";
    private const string RevokedKey = "revoked-key";

    /// <summary>Which of the sandbox's projects a key opens: there, each key is a project.</summary>
    private readonly ConcurrentDictionary<string, string> _keys = new() { [OldKey] = "acme", [NewKey] = "acme" };

    [Fact]
    public async Task A_new_key_that_shows_the_list_is_adopted_and_no_second_project_is_created()
    {
        await using var service = await StartAsync();
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.DeliveredOneAsync(OldKey);
        _keys[OldKey] = RevokedKey;
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", time: 2_000));

        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["a@example.com", "b@example.com"], service.MembersOf(42));
        Assert.Single((await service.GetAsync("/api/v1/projects")).Items);
    }

    [Fact]
    public async Task Changes_that_waited_under_the_old_key_are_delivered_with_the_new_one()
    {
        await using var service = await StartAsync();
        _keys[OldKey] = RevokedKey;
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        var project = $"/api/v1/projects/{service.ProjectOf(OldKey)}";
        await service.UntilAsync(project, a => (string?)a.Json["holdReason"] == "credentialsRejected");
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", time: 2_000));

        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["a@example.com", "b@example.com"], service.MembersOf(42));
        Assert.Equal("active", (string?)(await service.GetAsync(project)).Json["state"]);
    }

    [Fact]
    public async Task A_new_key_that_Iterable_does_not_accept_yet_is_kept_separately_until_it_does_and_nothing_is_lost()
    {
        await using var service = await StartAsync(("Ingest:MParticle:VerifyEvery", "00:00:00.050"));
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.DeliveredOneAsync(OldKey);
        (_keys[OldKey], _keys[NewKey]) = (RevokedKey, RevokedKey);
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", time: 2_000));
        Assert.Single((await service.GetAsync("/api/v1/projects")).Items);

        // no further message comes: it is found out all the same
        _keys[NewKey] = "acme";
        await Eventually.TrueAsync(() => service.Projects.TryGetByApiKey(NewKey, out _));
        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["a@example.com", "b@example.com"], service.MembersOf(42));
        Assert.Single((await service.GetAsync("/api/v1/projects")).Items);
    }

    [Fact]
    public async Task A_key_of_another_Iterable_project_creates_another_project()
    {
        await using var service = await StartAsync();
        _keys[NewKey] = "staging";
        service.Iterable.AddList("staging", "Staging", 77);
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com"));
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", list: "77"));

        await service.DeliveredOneAsync(OldKey);
        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["a@example.com"], service.MembersOf(42));
        Assert.Equal(["b@example.com"], service.MembersOf(77));
        Assert.Equal(2, (await service.GetAsync("/api/v1/projects")).Items.Count);
    }

    [Fact]
    public async Task A_mistyped_key_for_another_list_affects_nobody_and_is_corrected_by_the_right_one()
    {
        await using var service = await StartAsync();
        service.Iterable.AddList("staging", "Staging", 77);
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com"));
        (_keys["mistyped-key"], _keys[NewKey]) = (RevokedKey, "staging");
        await service.AcceptAsync(MParticle.Change("mistyped-key", "b@example.com", list: "77", time: 2_000_000));
        await service.AcceptAsync(MParticle.Change(NewKey, "c@example.com", list: "77", time: 3_000_000));

        await service.DeliveredOneAsync(OldKey);
        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["b@example.com", "c@example.com"], service.MembersOf(77));
        Assert.Equal(2, (await service.GetAsync("/api/v1/projects")).Items.Count);
    }

    [Fact]
    public async Task A_late_message_with_the_old_key_does_not_restore_it()
    {
        await using var service = await StartAsync();
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", time: 3_000));
        await service.AcceptAsync(MParticle.Change(OldKey, "c@example.com", time: 2_000));

        await service.DeliveredOneAsync(NewKey);
        Assert.False(service.Projects.TryGetByApiKey(OldKey, out _));
        Assert.Equal(["a@example.com", "b@example.com", "c@example.com"], service.MembersOf(42));
    }

    [Fact]
    public async Task A_key_from_another_account_is_not_a_rotation()
    {
        await using var service = await StartAsync();
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", account: "1"));
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", account: "2"));
        Assert.Equal(2, (await service.GetAsync("/api/v1/projects")).Items.Count);
    }

    [Fact]
    public async Task When_Iterable_cannot_be_reached_and_the_list_is_another_the_sender_is_told_to_retry()
    {
        await using var service = await StartAsync(("Ingest:MParticle:VerifyEvery", "00:00:00.050"));
        service.Iterable.AddList("acme", "Another", 43);
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.DeliveredOneAsync(OldKey);
        var outage = service.Iterable.AddFault(new() { Kind = global::Iterable.Sandbox.Faults.FaultKind.Status, Path = "/api/lists" });
        var moved = MParticle.Change(NewKey, "b@example.com", list: "43", time: 2_000);
        var refused = await service.SendAsync(moved);
        refused.ExpectProblem(503);
        Assert.NotNull(refused.Headers.RetryAfter);

        service.Iterable.RemoveFault(outage);
        await Eventually.GetAsync(() => service.SendAsync(moved), a => a.Status == 202, TimeSpan.FromSeconds(30));
        await service.DeliveredOneAsync(NewKey);
        Assert.Equal(["b@example.com"], service.MembersOf(43));
        Assert.Single((await service.GetAsync("/api/v1/projects")).Items);
    }

    /// <summary>Each message could cause a call from the project's budget, which its members need.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 2)]
    [InlineData(200, 2)]
    public async Task However_many_unknown_keys_come_Iterable_is_asked_about_one_at_once_and_about_one_more_a_minute(int keys, int questions)
    {
        await using var service = await StartAsync();
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.DeliveredOneAsync(OldKey);
        for (var i = 0; i < keys; i++) _keys[$"made-up-{i}"] = RevokedKey;

        // for the audience that is known: what they bring is kept in the project, and none of it is lost
        for (var i = 0; i < keys; i++) await service.AcceptAsync(MParticle.Change($"made-up-{i}", $"b{i}@example.com", time: 2_000 + i));

        await service.DeliveredOneAsync(OldKey);
        Assert.Equal(questions, service.Iterable.Calls("/api/lists").Count(c => c.Method == "GET"));
        Assert.Equal(keys + 1, service.MembersOf(42).Length);
    }

    [Fact]
    public void For_a_key_that_stays_refused_the_questions_become_fewer_down_to_one_an_hour()
    {
        var time = new FakeTimeProvider();
        var questions = new KeyQuestions(TimeSpan.FromMinutes(1), time);
        var key = new UndecidedKey("refused-key", 1_000, "123456");
        var asked = 0;
        for (var minute = 0; minute < 24 * 60; minute++, time.Advance(TimeSpan.FromMinutes(1)))
        {
            questions.Note(key);
            if (!questions.MayAsk(key.ApiKey)) continue;
            asked++;
            questions.Answered(key, KeyVerdict.Refused);
        }

        // after 1, 2, 4, 8, 16 and 32 minutes, then each hour
        Assert.InRange(asked, 24, 32);
        Assert.Equal(key, questions.NewestUndecided(_ => false));
    }

    [Fact]
    public async Task A_project_that_an_operator_created_adopts_a_rotated_key_too()
    {
        await using var service = await StartAsync(("Ingest:MParticle:Provisioning", "known"));
        var project = (string)(await service.PostAsync("/api/v1/projects", $$"""{"name":"Ours","apiKey":"{{OldKey}}"}""")).Expect(201)["id"]!;
        await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"VIP","source":"mparticle","audienceId":"456","listId":42}""");
        await service.AcceptAsync(MParticle.Change(OldKey, "a@example.com", time: 1_000));
        await service.AcceptAsync(MParticle.Change(NewKey, "b@example.com", time: 2_000));
        Assert.Equal(project, service.ProjectOf(NewKey));
    }

    private async Task<ForwarderFixture> StartAsync(params (string Name, string Value)[] settings)
    {
        var service = await ForwarderFixture.StartAsync(
            builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new Keys(_keys))), settings);
        service.Iterable.AddList("acme", "A list", 42);
        service.Iterable.Configure(RevokedKey, s => s with { Revoked = true });
        return service;
    }

    private sealed class Keys(ConcurrentDictionary<string, string> keys) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var key = Assert.Single(request.Headers.GetValues("Api-Key"));
            request.Headers.Remove("Api-Key");
            request.Headers.Add("Api-Key", keys.GetValueOrDefault(key, key));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
