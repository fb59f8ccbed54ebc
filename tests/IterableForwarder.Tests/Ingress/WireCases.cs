using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress;

/// <summary>
/// The wire cases of a source, as files: <c>name.json</c> is what comes, <c>name.expected.json</c> what has to come of it, and
/// <c>name.setup.json</c>, where there is one, what is there before.
/// </summary>
/// <param name="folder">The path to the files, below that of all sources.</param>
internal sealed class WireCases(params string[] folder)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    private readonly string _folder = Path.Combine([AppContext.BaseDirectory, "Ingress", .. folder]);

    /// <summary>The cases that have an expectation, sorted.</summary>
    public string[] Expected => [.. NamesOf("*.expected.json", ".expected.json")];

    /// <summary>The cases that have an input, sorted.</summary>
    public string[] Inputs => [.. NamesOf("*.json", ".json").Where(name => !name.Contains('.', StringComparison.Ordinal))];

    /// <summary>Byte for byte, as some inputs are no proper text.</summary>
    public Task<byte[]> BytesOfAsync(string name) => File.ReadAllBytesAsync(FileOf(name));

    public JsonObject InputOf(string name) => Read(FileOf(name));

    public JsonObject ExpectationOf(string name) => Read(FileOf($"{name}.expected"));

    /// <summary>Empty where the case needs none.</summary>
    public JsonObject SetupOf(string name) => File.Exists(FileOf($"{name}.setup")) ? Read(FileOf($"{name}.setup")) : [];

    public void AssertExpected(string name, JsonObject actual) => Assert.Equal(ExpectationOf(name).ToJsonString(Indented), actual.ToJsonString(Indented));

    public static void AssertSame(JsonNode expected, JsonNode actual) => Assert.True(
        JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString(Plain)}\n  actual {actual.ToJsonString(Plain)}");

    /// <summary>The members of an object, to go on behind others.</summary>
    public static string Fields(JsonNode? node) => string.Concat((node?.AsObject() ?? []).Select(f => $",\"{f.Key}\":{f.Value!.ToJsonString()}"));

    /// <summary>Calls about different members fly together: which arrives first says nothing.</summary>
    public static JsonArray InOrder(JsonNode requests) =>
        [.. requests.AsArray().Select(r => r!.DeepClone()).OrderBy(r => (string)r["path"]!, StringComparer.Ordinal).ThenBy(r => r.ToJsonString(), StringComparer.Ordinal)];

    private string FileOf(string name) => Path.Combine(_folder, $"{name}.json");

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    private IEnumerable<string> NamesOf(string pattern, string ending) =>
        Directory.GetFiles(_folder, pattern).Select(f => Path.GetFileName(f)[..^ending.Length]).Order(StringComparer.Ordinal);
}

/// <summary>One service and one sandbox for all cases of a source; each case has a project of its own.</summary>
public sealed class CaseStage : IAsyncLifetime
{
    internal SandboxServer Sandbox { get; private set; } = null!;

    internal TestService Service { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        Service = await TestService.StartAsync(settings: Pipeline.Settings(Sandbox));
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
