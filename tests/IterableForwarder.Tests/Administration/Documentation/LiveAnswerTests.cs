namespace IterableForwarder.Tests.Administration.Documentation;

public sealed class LiveAnswerTests
{
    /// <summary>What no request brings about: these paths do not come by where a test can break something.</summary>
    private static readonly (string Operation, int Status)[] Unprovoked = [("acceptFirehose", 500), ("acceptAmplitudeEvents", 500)];

    [Fact]
    public async Task Every_operation_answers_with_every_status_as_it_is_documented()
    {
        await using var world = await LiveWorld.StartAsync();
        var api = new LiveApi(await ApiDocument.ReadAsync(world.Service));
        var refusals = new LiveRefusals(api);
        var stories = new LiveStories(api, world);

        await refusals.PlayAsync(world);
        await refusals.PlayWithoutStoreAsync();
        await refusals.PlayBrokenAsync();
        await stories.PlayProjectsAsync();
        await stories.PlayHeldAsync();
        await stories.PlayConnectionsAsync();
        await stories.PlayStreamsAsync();
        await stories.PlayKeysAsync();
        await stories.PlayOutcomesAsync();
        await stories.PlayWithoutKeyRingAsync();
        await new LiveSources(api, world).PlayAsync();
        await LiveSources.PlayFullAsync(api);
        await stories.PlayWithoutIterableAsync();

        var documented = api.Document.Operations.SelectMany(o => o.Statuses.Select(status => (Operation: o.Id, Status: status))).ToHashSet();
        var missed = documented.Except(api.Answered).Except(Unprovoked).Select(((string Operation, int Status) m) => $"{m.Operation} {m.Status} was not answered");
        var wrong = api.Errors.Concat(missed).ToArray();
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }
}
