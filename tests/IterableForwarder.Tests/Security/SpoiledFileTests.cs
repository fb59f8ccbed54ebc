using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Security;

/// <summary>Whatever is in any file of the data folder but the database and its log, the service starts.</summary>
public sealed class SpoiledFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A file that a kill or a power cut may leave with anything in it.</summary>
    public static TheoryData<string, string> Spoiled
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in new[] { "keys", "forwarder.lock", "forwarder.db.lock", "calls-under-way", "forwarder.db-shm", "forwarder.db-journal" })
            {
                foreach (var how in new[] { "noise", "empty", "cut" }) data.Add(file, how);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task With_any_content_of_a_file_the_service_starts_and_accepts(string name, string how)
    {
        using var data = new TemporaryFolder();
        string project, connection;
        await using (var host = await TestService.StartAsync(data.Path))
        {
            project = await host.AddProjectAsync();
            connection = await host.AddConnectionAsync(project);
        }
        var isRing = name == "keys";
        var file = isRing ? Directory.GetFiles(Path.Combine(data.Path, name)).Single() : Path.Combine(data.Path, name);
        Spoil(file, how);

        await using var again = await TestService.StartAsync(data.Path);
        await Eventually.GetAsync(async () => (await again.GetAsync("/health/ready")).Status, status => status == 200, Patience);
        Assert.Equal(isRing ? "keyUnreadable" : null, (string?)(await again.GetAsync($"/api/v1/projects/{project}")).Expect(200)["holdReason"]);
        (await again.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Wire.Add("a@example.com")}}]}""")).Expect(202);
        Assert.Equal(isRing ? 1 : 0, again.Logs.Count(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(Path.GetFileName(file), StringComparison.Ordinal)));
        // with a new file of the ring, the project gets its key again and another one is added
        await again.AddProjectAsync("another-key");
        Assert.Equal(isRing ? 2 : 1, Directory.GetFiles(Path.Combine(data.Path, "keys")).Length);
        Assert.Equal("active", (string?)(await again.PatchAsync($"/api/v1/projects/{project}", """{"apiKey":"iterable-key-0001"}""")).Expect(200)["state"]);
    }

    /// <summary>Some bits of the key ring, each flipped before a start: a prime number apart, so that all bits of a byte come by.</summary>
    [Fact]
    public Task With_some_bits_of_the_key_ring_flipped_the_service_starts_and_accepts() => StartWithFlippedRingsAsync(every: 997);

    [Fact]
    [Trait("Category", "Nightly")]
    public Task With_many_bits_of_the_key_ring_flipped_the_service_starts_and_accepts() => StartWithFlippedRingsAsync(every: 7);

    [Fact]
    public async Task Of_several_files_of_the_ring_the_others_go_on_working()
    {
        using var data = new TemporaryFolder();
        string project;
        await using (var host = await TestService.StartAsync(data.Path)) project = await host.AddProjectAsync();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "keys", "key-0.xml"), "<key");

        await using var again = await TestService.StartAsync(data.Path);

        Assert.Equal("active", (string?)(await again.GetAsync($"/api/v1/projects/{project}")).Expect(200)["state"]);
    }

    [Fact]
    public async Task Where_the_ring_cannot_be_written_a_project_is_refused_with_503_and_the_reason()
    {
        using var data = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "keys"), "not a folder");
        await using var host = await TestService.StartAsync(data.Path);

        var problem = (await host.PostAsync("/api/v1/projects", """{"name":"Acme","apiKey":"iterable-key-0001"}""")).ExpectProblem(503);

        Assert.Contains("key ring", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(data.Path, "keys"), (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", 1)]
    [InlineData("Development", 0)]
    public async Task Outside_Development_a_ring_in_clear_is_warned_of_once(string environment, int warnings)
    {
        await using var host = await TestService.StartAsync(environment: environment);

        Assert.Equal(warnings, host.Logs.Count(line => line.StartsWith("Warning The key ring in the data folder is not encrypted", StringComparison.Ordinal)));
    }

    private static async Task StartWithFlippedRingsAsync(int every)
    {
        using var original = new TemporaryFolder();
        string project, connection;
        await using (var host = await TestService.StartAsync(original.Path))
        {
            project = await host.AddProjectAsync();
            connection = await host.AddConnectionAsync(project);
        }
        var ring = Directory.GetFiles(Path.Combine(original.Path, "keys")).Single();
        var content = await File.ReadAllBytesAsync(ring);
        var held = 0;
        for (var bit = 0; bit < content.Length * 8; bit += every)
        {
            using var data = new TemporaryFolder();
            foreach (var file in Directory.GetFiles(original.Path)) File.Copy(file, Path.Combine(data.Path, Path.GetFileName(file)));
            Directory.CreateDirectory(Path.Combine(data.Path, "keys"));
            await File.WriteAllBytesAsync(Path.Combine(data.Path, "keys", Path.GetFileName(ring)), TestStore.Flipped(content, bit));

            await using var again = await TestService.StartAsync(data.Path);
            Assert.Equal(200, (await again.GetAsync("/health/ready")).Status);
            var reason = (string?)(await again.GetAsync($"/api/v1/projects/{project}")).Expect(200)["holdReason"];
            Assert.True(reason is null or "keyUnreadable", $"bit {bit}: {reason}");
            if (reason is not null) held++;
            (await again.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Wire.Add("a@example.com")}}]}""")).Expect(202);
            Assert.Equal("active", (string?)(await again.PatchAsync($"/api/v1/projects/{project}", """{"apiKey":"iterable-key-0001"}""")).Expect(200)["state"]);
        }
        Assert.NotEqual(0, held);
    }

    private static void Spoil(string file, string how)
    {
        var content = File.Exists(file) ? File.ReadAllBytes(file) : [];
        var noise = new byte[10_000];
        new Random(7).NextBytes(noise);
        File.WriteAllBytes(file, how switch { "noise" => noise, "empty" => [], _ => content.Length > 1 ? content[..(content.Length / 2)] : noise[..33] });
    }
}
