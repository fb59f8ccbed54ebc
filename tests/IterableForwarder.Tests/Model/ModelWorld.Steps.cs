using System.Text.Json;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Model;

/// <summary>How each step is taken.</summary>
internal sealed partial class ModelWorld
{
    public async Task TakeAsync(Step step)
    {
        switch (step)
        {
            case Step.Post post:
                await PostAsync(post.Connection, post.Changes, post.Keyed);
                break;
            case Step.Crowd crowd:
                await PostAsync(crowd.Connection, [.. Enumerable.Range(0, crowd.Members).Select(i => new Said(People.Crowd + i, crowd.Adds, null, 0, false))], false);
                break;
            case Step.Repeat repeat:
                await RepeatAsync(_connections[repeat.Connection]);
                break;
            case Step.Pause pause:
                await PauseAsync(_connections[pause.Connection]);
                break;
            case Step.Resume resume:
                await ResumeAsync(resume.Connection);
                break;
            case Step.SwitchList toOther:
                await SwitchListAsync(toOther.Connection);
                break;
            case Step.DeleteList delete:
                Ledger.ListIsDeleted(_connections[delete.Connection].List);
                Iterable.RemoveList(_connections[delete.Connection].List);
                break;
            case Step.CreateList make:
                CreateList(make.Connection, _connections[make.Connection].List);
                break;
            case Step.SetKey set:
                await SetKeyAsync(set.Project);
                break;
            case Step.Restart:
                await RestartAsync();
                break;
            case Step.Heal:
                await HealAsync();
                break;
            case Step.Move move:
                await MoveAsync(move.Connection);
                break;
            case Step.Discard discard:
                Ledger.IsMovedOrDiscarded(discard.Connection);
                (await _service.PostAsync($"/api/v1/connections/{_connections[discard.Connection].Id}/pending/discard", "{}")).Expect(200);
                break;
            case Step.Damage or Step.SetClock or Step.SecondStart or Step.Flood:
                await HappenAsync(step);
                break;
            case Step.Rest:
                if (IsSound) await RestAsync();
                else await RestWhereListsAreAsync();
                break;
            default:
                ChangeIterable(step);
                break;
        }
    }

    /// <summary>Of what was accepted while a connection was paused, nothing is sent before it is resumed.</summary>
    public async Task AssertPausedRestsAsync(int connection)
    {
        foreach (var batch in _batches.Where(b => b.Connection == connection && b.WhilePaused))
        {
            var counts = (await BatchAsync(batch))["counts"]!;
            Assert.True(
                (long)counts["pending"]! + (long)counts["dropped"]! == batch.Changes.Count,
                $"connection {connection} is paused, but of a batch accepted meanwhile something was done: {counts.ToJsonString()}");
        }
    }

    private void ChangeIterable(Step step)
    {
        switch (step)
        {
            case Step.ExchangeKey exchange:
                var project = _projects[exchange.Project];
                var key = $"model-key-{exchange.Project}-{++project.Exchanges}";
                Iterable.ExchangeKey(project.ApiKeyAtIterable, key);
                project.ApiKeyAtIterable = key;
                break;
            case Step.Trouble trouble:
                Iterable.AddFault(new Fault
                {
                    Kind = trouble.Kind,
                    Path = "/api/lists/*",
                    ApiKey = _projects[trouble.Project].ApiKeyAtIterable,
                    Times = trouble.Times,
                    Status = trouble.Status,
                    DelayMilliseconds = trouble.Delay,
                    Body = trouble.Body,
                    RetryAfterSeconds = trouble.RetryAfter,
                });
                break;
            case Step.Cap cap:
                Iterable.Configure(_projects[cap.Project].ApiKeyAtIterable, s => s with { MaxMembersPerCall = cap.Members });
                break;
            case Step.Nameless nameless:
                Ledger.NamesNobody(nameless.Project);
                Iterable.Configure(_projects[nameless.Project].ApiKeyAtIterable, s => s with { NamelessFailures = true });
                break;
            case Step.Forget forget:
                ForgetEve(forget.Project);
                break;
            case Step.Poison:
                PoisonGus();
                break;
            default:
                throw new InvalidOperationException($"Nobody knows how to do this: {step}");
        }
    }

    private async Task PostAsync(int number, Said[] changes, bool keyed)
    {
        var connection = _connections[number];
        // how far ahead a time may be is a question of the service's clock: what is said to come is left to when that is right
        if (_isClockAhead) changes = [.. changes.Select(c => c.Minutes > 0 ? c with { Minutes = null } : c)];
        var body = $$"""{"changes":[{{string.Join(',', changes.Select(c => JsonOf(number, c)))}}]}""";
        var key = keyed ? $"key-{_batches.Count}" : null;
        var batch = (string)(await SendAsync(connection, body, key)).Expect(202)["batchId"]!;
        _batches.Add(new(batch, number, connection.IsPaused, [.. changes.Select(c => Ledger.Accept(number, connection.List, c))]));
        if (key is not null) connection.Keyed = (key, body, batch);
    }

    private async Task RepeatAsync(ModelConnection connection)
    {
        if (connection.Keyed is not var (key, body, batch)) return;
        Assert.Equal(batch, (string)(await SendAsync(connection, body, key)).Expect(202)["batchId"]!);
        (await SendAsync(connection, """{"changes":[{"action":"add","email":"ann@x.com"}]}""", key)).ExpectProblem(409);
    }

    private async Task<ServiceResponse> SendAsync(ModelConnection connection, string body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/connections/{connection.Id}/members") { Content = ForwarderFixture.Json(body) };
        request.Headers.Add("Authorization", $"Bearer {TestService.IngestKey}");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await _service.Http.SendAsync(request);
        return await ServiceResponse.OfAsync(response);
    }

    private string JsonOf(int connection, Said said)
    {
        var cast = Step.CastOf(connection);
        var who = People.At(cast, said.Who);
        var change = new Dictionary<string, object> { ["action"] = said.Adds ? "add" : "remove" };
        if (who.Email is { } email) change["email"] = said.Shouted ? $" {email.ToUpperInvariant()} " : email;
        if (who.Id is { } id) change[cast.ByMpid ? "mpid" : "customerId"] = id;
        if (said.Minutes is { } minutes) change["occurredAt"] = TimeOf(minutes);
        if (said.Plan != 0) change["attributes"] = new Dictionary<string, object> { ["plan"] = said.Plan < 0 ? "text" : said.Plan, ["other"] = true };
        return JsonSerializer.Serialize(change);
    }

    private async Task PauseAsync(ModelConnection connection)
    {
        (await _service.PostAsync($"/api/v1/connections/{connection.Id}/pause")).Expect(200);
        Watch.Pause(connection);
        connection.IsPaused = true;
    }

    private async Task ResumeAsync(int number)
    {
        var connection = _connections[number];
        if (connection.IsPaused) await AssertPausedRestsAsync(number);
        Watch.Resume(connection);
        (await _service.PostAsync($"/api/v1/connections/{connection.Id}/resume")).Expect(200);
        connection.IsPaused = false;
        for (var i = 0; i < _batches.Count; i++)
        {
            if (_batches[i].Connection == number) _batches[i] = _batches[i] with { WhilePaused = false };
        }
    }

    private async Task SwitchListAsync(int number)
    {
        var connection = _connections[number];
        connection.Current = 1 - connection.Current;
        (await _service.PatchAsync($"/api/v1/connections/{connection.Id}", $$"""{{{connection.Settings(number)}}}""")).Expect(200);
    }

    private async Task MoveAsync(int number)
    {
        Ledger.IsMovedOrDiscarded(number);
        var connection = _connections[number];
        var body = $$"""{"fromListId":{{connection.Lists[1 - connection.Current]}},"toListId":{{connection.List}}}""";
        (await _service.PostAsync($"/api/v1/connections/{connection.Id}/pending/move", body)).Expect(200);
    }

    private void CreateList(int connection, long list)
    {
        if (Iterable.FindList(list) is null) Iterable.AddList(_projects[Step.ProjectOf(connection)].ApiKeyAtIterable, "again", list);
    }

    private async Task SetKeyAsync(int number)
    {
        var project = _projects[number];
        if (project.ApiKey == project.ApiKeyAtIterable) return;
        var before = project.ApiKey;
        project.ApiKey = project.ApiKeyAtIterable;
        (await _service.PatchAsync($"/api/v1/projects/{project.Id}", $$"""{"apiKey":"{{project.ApiKey}}"}""")).Expect(200);
        Watch.Replace(before);
    }

    /// <summary>A call meets the first fault that fits: this one has to stand before all others, or a mere delay would let gus through.</summary>
    private void PoisonGus()
    {
        if (_poison is not null) return;
        Ledger.IsPoisoned();
        var others = Iterable.Faults;
        Iterable.RemoveFaults();
        _poison = Iterable.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "not gus", Path = "/api/lists/*", WhenBodyContains = "\"gus@" });
        foreach (var other in others) Iterable.AddFault(other.Fault with { Times = other.Fault.Times - (int)other.Played });
    }

    private void ForgetEve(int project)
    {
        Ledger.IsForgotten(project);
        foreach (var cast in Enumerable.Range(0, Step.Connections).Where(c => Step.ProjectOf(c) == project).Select(Step.CastOf).Distinct())
        {
            var eve = People.At(cast, People.Forgettable);
            if (cast.Type == ProjectType.UserId) Iterable.Forget(_projects[project].ApiKeyAtIterable, userId: eve.Id);
            else Iterable.Forget(_projects[project].ApiKeyAtIterable, eve.Email);
        }
    }

    private async Task RestartAsync()
    {
        _restarts.Add(TimeProvider.System.GetUtcNow());
        await _service.DisposeAsync();
        await StartServiceAsync();
    }
}
