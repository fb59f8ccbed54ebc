namespace IterableForwarder.Tests.Hosting.Node;

/// <summary>A folder with installed packages.</summary>
internal sealed class NodeFolder(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What the script writes to its standard output. Fails with everything it wrote when it ends with an error.
    /// </summary>
    /// <param name="scriptPath">Relative to the test assembly, for example <c>Sandbox/Node/client.mjs</c>.</param>
    public async Task<string> RunAsync(string scriptPath, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // An import is resolved from the folder of the script upwards. A folder of its own keeps runs side by side apart.
        var own = Directory.CreateDirectory(Path.Combine(path, $"run-{Guid.NewGuid():N}")).FullName;
        try
        {
            var script = Path.Combine(own, Path.GetFileName(scriptPath));
            File.Copy(Path.Combine(AppContext.BaseDirectory, scriptPath), script);
            var result = await NodeProcess.RunAsync("node", [script, .. arguments], own, Patience, environment);
            Assert.True(result.ExitCode == 0, $"{scriptPath} ended with {result.ExitCode}: {result.Output}{result.Errors}");
            return result.Output;
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }
}
