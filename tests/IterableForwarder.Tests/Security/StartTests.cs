using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IterableForwarder.Hosting;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Security;

public sealed class StartTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Outside_Development_a_service_without_an_operator_key_does_not_start(string environment)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => TestService.Create(environment, new() { ["Access:IngestKeys:0"] = "a-key" }));
        Assert.Contains("Access__OperatorKeys__0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(environment, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_of_the_settings_is_named_at_once_and_no_key_is_shown()
    {
        var refusal = Assert.Throws<StartRefusedException>(() => TestService.Create("Production", new()
        {
            ["Access:OperatorKeys:0"] = "sha256:12345",
            ["Access:OperatorKeys:1"] = "",
            ["Access:IngestKeys:0"] = "has a blank",
            ["Storage:Engine"] = "oracle",
            ["Security:KeyRingCertificatePath"] = "/nowhere/ring.pfx",
            ["Iterable:Endpoints:us"] = "not-an-address",
        }));
        foreach (var part in new[] { "Access__OperatorKeys__0", "Access__OperatorKeys__1", "Access__IngestKeys__0", "Storage:Engine", "Security__KeyRingCertificatePath" })
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Errors.Count >= 6);
        Assert.DoesNotContain("12345", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("has a blank\"", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ingest:MParticle:Provisioning", "sometimes")]
    [InlineData("Ingest:MParticle:SuspendAfter", "one day")]
    [InlineData("Storage:ConnectionString", "forwarder.db")]
    public void A_setting_that_cannot_be_read_is_named(string name, string value)
    {
        var settings = TestService.Keys();
        settings[name] = value;
        var refusal = Assert.Throws<StartRefusedException>(() => TestService.Create("Production", settings));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_with_invalid_settings_ends_with_an_error_and_explains_it_first()
    {
        var (code, output, error) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.StartsWith("The service cannot start", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_cannot_create_its_data_folder_ends_with_an_error_that_names_the_setting()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "no-folder");
        await File.WriteAllTextAsync(file, "");
        var (code, _, error) = await RunAsync(("Access__OperatorKeys__0", TestService.OperatorKey), ("Storage__ConnectionString", $"Data Source={file}/f.db"));

        Assert.Equal(1, code);
        Assert.StartsWith("The service cannot start", error, StringComparison.Ordinal);
        Assert.Contains("Storage__ConnectionString", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_protects_the_key_ring()
    {
        using var data = new TemporaryFolder();
        var folder = data.Path;
        var settings = TestService.Keys();
        settings["Security:KeyRingCertificatePath"] = Path.Combine(folder, "ring.pfx");
        settings["Security:KeyRingCertificatePassword"] = "opens-the-file";
        await WriteCertificateAsync(settings["Security:KeyRingCertificatePath"]!, "opens-the-file");

        string id;
        await using (var host = await TestService.StartAsync(folder, settings: settings)) id = await host.AddProjectAsync();
        var ring = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder, "keys")).Single());
        Assert.Contains("EncryptedData", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey>\n      <value", ring, StringComparison.Ordinal);

        await using (var again = await TestService.StartAsync(folder, settings: settings))
            Assert.Equal("active", (string?)(await again.GetAsync($"/api/v1/projects/{id}")).Expect(200)["state"]);
        await using var without = await TestService.StartAsync(folder);
        Assert.Equal("keyUnreadable", (string?)(await without.GetAsync($"/api/v1/projects/{id}")).Expect(200)["holdReason"]);
    }

    private static async Task WriteCertificateAsync(string path, string password)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, password));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params (string Name, string Value)[] settings)
    {
        var program = Path.ChangeExtension(typeof(ForwarderHost).Assembly.Location, ".dll");
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
