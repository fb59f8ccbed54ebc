using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Hosting.Node;

namespace IterableForwarder.Tests.Administration.Documentation;

public sealed class TypeScriptTests
{
    private const string Folder = "Administration/Documentation/Node";

    [SkippableFact]
    public async Task A_client_of_generated_types_compiles_and_fails_on_every_wrong_name_and_null()
    {
        var node = await NodePackages.InstallAsync("openapi-typescript@7.10.1", "typescript@5.9.3");
        await using var host = await TestService.StartAsync();
        using var folder = new TemporaryFolder();
        var document = Path.Combine(folder.Path, "swagger.json");
        await File.WriteAllTextAsync(document, (await host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json", authorization: null)).Text);

        Assert.Equal("compiled\n", await node.RunAsync($"{Folder}/compile.mjs", new Dictionary<string, string>(), document, Path.Combine(AppContext.BaseDirectory, Folder, "client.ts")));
    }
}
