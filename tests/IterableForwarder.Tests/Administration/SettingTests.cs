using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Client;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

/// <summary>A setting is one property of its record: that it is shown, taken and kept follows from that. These tests read the properties and go by HTTP.</summary>
public sealed class SettingTests
{
    private const string Connections = "/api/v1/connections";
    private const string Projects = "/api/v1/projects";
    private const string Streams = "/api/v1/streams";

    /// <summary>Those that not every value of their type does for, or only on certain connections.</summary>
    private static readonly Dictionary<string, Sample> OfConnections = new()
    {
        ["projectId"] = Sample.Fixed,
        ["source"] = Sample.Fixed,
        ["name"] = new() { IsNeeded = true },
        ["listId"] = new() { IsNeeded = true },
        ["listName"] = new() { IsNeeded = true, Without = "listId" },
        ["identifiers.email"] = new() { Value = """["traits.email"]""", On = """{"source":"segment","audienceId":"a"}""" },
        ["identifiers.userId"] = new() { Value = """["anonymousId"]""", On = """{"source":"segment","audienceId":"a"}""" },
    };

    private static readonly Dictionary<string, Sample> OfProjects = new()
    {
        ["name"] = new() { IsNeeded = true },
        ["dataCenter"] = new() { IsNeeded = true },
        ["type"] = new() { IsNeeded = true },
        ["userId"] = new() { IsNeeded = true },
    };

    private static readonly Dictionary<string, Sample> OfStreams = new()
    {
        ["projectId"] = Sample.Fixed,
        ["name"] = new() { IsNeeded = true },
        ["identifier.property"] = new() { Value = "\"device_id\"", IsNeeded = true },
        ["identifier.type"] = new() { IsNeeded = true },
        ["mappings"] = new() { Value = """{"campaignId":"event_properties.campaign"}""" },
        ["events.include"] = new() { Value = """[{"eventType":"A","filters":[{"property":"event_properties.plan","op":"is","values":["pro"]}]}]""" },
        ["events.properties"] = new() { Value = """["event_properties.plan"]""" },
        ["users.properties"] = new() { Value = """["user_properties.tier"]""" },
    };

    [Fact]
    public async Task Every_setting_of_a_connection_is_shown_accepted_by_POST_PUT_and_PATCH_and_kept_over_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var stage = new Stage(pipeline, Connections, OfConnections, $$"""{"projectId":"{{pipeline.ProjectId}}","name":"C","listId":42}""");

        foreach (var (name, type) in SettingsOf(typeof(ConnectionSettings))) await stage.PlayAsync(name, type);

        await stage.CompareAfterRestartAsync();
    }

    [Fact]
    public async Task Every_setting_of_a_project_is_shown_accepted_by_POST_PUT_and_PATCH_and_kept_over_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var stage = new Stage(pipeline, Projects, OfProjects, """{"name":"P","apiKey":"k"}""");

        foreach (var (name, type) in SettingsOf(typeof(ProjectSettings))) await stage.PlayAsync(name, type);

        await stage.CompareAfterRestartAsync();
    }

    [Fact]
    public async Task Every_setting_of_a_stream_is_shown_accepted_by_POST_PUT_and_PATCH_and_kept_over_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var body = $$$"""{"projectId":"{{{pipeline.ProjectId}}}","name":"S","identifier":{"property":"user_id","type":"userId"},"events":{},"users":{}}""";
        var stage = new Stage(pipeline, Streams, OfStreams, body);

        foreach (var (name, type) in SettingsOf(typeof(StreamSettings))) await stage.PlayAsync(name, type);

        await stage.CompareAfterRestartAsync();
    }

    [Fact]
    public void Every_class_of_endpoint_has_a_budget_with_bounds()
    {
        Assert.All(Enum.GetValues<EndpointClass>(), c => Assert.True(new Budgets().Of(c) > 0));
        Assert.All(typeof(Budgets).GetProperties(), p => Assert.NotNull(p.GetCustomAttribute<RangeAttribute>()));
    }

    /// <summary>Names as they are in JSON, with those of records within behind dots.</summary>
    private static IEnumerable<(string Name, Type Type)> SettingsOf(Type record, string within = "")
    {
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (name, type) = (within + JsonNamingPolicy.CamelCase.ConvertName(property.Name), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            if (type.IsClass && type.Namespace == typeof(ConnectionSettings).Namespace) foreach (var inner in SettingsOf(type, $"{name}.")) yield return inner;
            else yield return (name, type);
        }
    }

    /// <summary>How a setting is tried.</summary>
    private sealed record Sample
    {
        public static Sample Fixed { get; } = new() { IsFixed = true };

        /// <summary>A value other than the default, in JSON; null for one that follows from the type.</summary>
        public string? Value { get; init; }

        /// <summary>Settings that it needs beside it.</summary>
        public string On { get; init; } = "{}";

        /// <summary>What must not be given beside it.</summary>
        public string? Without { get; init; }

        /// <summary>Null does not take it back to a default.</summary>
        public bool IsNeeded { get; init; }

        /// <summary>It is shown, and cannot be changed.</summary>
        public bool IsFixed { get; init; }
    }

    private sealed class Stage(Pipeline pipeline, string path, Dictionary<string, Sample> samples, string body)
    {
        private readonly List<(string Id, string Name, JsonNode Value)> _kept = [];
        private int _count;

        public async Task PlayAsync(string name, Type type)
        {
            var sample = samples.GetValueOrDefault(name) ?? new Sample();
            var plain = await AddAsync(sample, null);
            if (sample.IsFixed)
            {
                Assert.NotNull(Get(plain, name));
                return;
            }
            var before = Get(plain, name)?.DeepClone();
            JsonNode Value() => JsonNode.Parse(sample.Value ?? ValueOf(name, type, before))!;
            Assert.False(JsonNode.DeepEquals(before, Value()), $"{name}: the sample is the default.");

            var posted = Value();
            Keep(await AddAsync(sample, json => Set(json, name, posted)), name, posted);

            var (put, value) = (plain.DeepClone().AsObject(), Value());
            Set(put, name, value);
            if (sample.Without is { } other) put.Remove(other);
            Keep((await pipeline.Service.PutAsync($"{path}/{plain["id"]}", put.ToJsonString())).Expect(200), name, value);

            var (patched, patch) = ((string)(await AddAsync(sample, null))["id"]!, Value());
            Keep((await PatchAsync(patched, name, patch)).Expect(200), name, patch);
            if (sample.IsNeeded) return;
            var taken = (string)(await AddAsync(sample, json => Set(json, name, Value())))["id"]!;
            var after = Get((await PatchAsync(taken, name, null)).Expect(200), name);
            Assert.True(JsonNode.DeepEquals(before, after), $"{name}: null gives {after?.ToJsonString()}, and the default is {before?.ToJsonString()}.");
        }

        public async Task CompareAfterRestartAsync()
        {
            Assert.NotEmpty(_kept);
            await pipeline.RestartAsync();
            foreach (var (id, name, value) in _kept) AssertShown((await pipeline.Service.GetAsync($"{path}/{id}")).Expect(200), name, value);
        }

        private async Task<JsonObject> AddAsync(Sample sample, Action<JsonObject>? change)
        {
            var json = JsonNode.Parse(body)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(sample.On)!.AsObject()) json[name] = value?.DeepClone();
            // an audience has one connection, and a key one project
            foreach (var single in new[] { "audienceId", "apiKey" }) if (json.ContainsKey(single)) json[single] = $"{single}-{_count++}";
            change?.Invoke(json);
            if (change is not null && sample.Without is { } other) json.Remove(other);
            return (await pipeline.Service.PostAsync(path, json.ToJsonString())).Expect(201);
        }

        private Task<ServiceResponse> PatchAsync(string id, string name, JsonNode? value)
        {
            var json = new JsonObject();
            Set(json, name, value);
            return pipeline.Service.PatchAsync($"{path}/{id}", json.ToJsonString());
        }

        private void Keep(JsonObject shown, string name, JsonNode value)
        {
            AssertShown(shown, name, value);
            _kept.Add(((string)shown["id"]!, name, value));
        }

        private static void AssertShown(JsonObject shown, string name, JsonNode value) =>
            Assert.True(JsonNode.DeepEquals(value, Get(shown, name)), $"{name}: {value.ToJsonString()} was set, and {Get(shown, name)?.ToJsonString() ?? "null"} is shown.");

        /// <summary>Fails where the setting is not shown at all.</summary>
        private static JsonNode? Get(JsonObject shown, string name)
        {
            JsonNode? at = shown;
            foreach (var part in name.Split('.'))
            {
                if (at is null) return null;
                Assert.True(at.AsObject().TryGetPropertyValue(part, out at), $"{name} is not shown.");
            }
            return at;
        }

        private static void Set(JsonObject json, string name, JsonNode? value)
        {
            var parts = name.Split('.');
            foreach (var part in parts[..^1])
            {
                if (json[part] is not JsonObject inner) json[part] = inner = [];
                json = inner;
            }
            json[parts[^1]] = value?.DeepClone();
        }

        private string ValueOf(string name, Type type, JsonNode? before) => type switch
        {
            _ when type == typeof(bool) => (bool)before! ? "false" : "true",
            _ when type == typeof(string) => $"\"another {name} {_count++}\"",
            _ when type == typeof(long) => "7",
            _ when type == typeof(double) => "7.5",
            _ when type == typeof(IReadOnlyDictionary<string, string>) => """{"one":"another"}""",
            { IsEnum: true } => JsonSerializer.Serialize(SettingsWords.InJson.Single(w => w.Type == type).All.First(word => word != (string?)before)),
            _ => throw new InvalidOperationException($"Give a sample for {name}, which is a {type.Name}."),
        };
    }
}
