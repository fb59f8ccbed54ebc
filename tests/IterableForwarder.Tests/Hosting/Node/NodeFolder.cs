namespace IterableForwarder.Tests.Hosting.Node;

/// <summary>A temporary folder with installed packages. It goes when the test run ends.</summary>
internal sealed class NodeFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private int _scripts;

    public NodeFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();

    public string Path => _folder.Path;

    /// <summary>
    /// What the script writes to its standard output. Fails with everything it wrote when it ends with an error.
    /// </summary>
    /// <param name="scriptPath">Relative to the test assembly, for example <c>Sandbox/Node/client.mjs</c>.</param>
    public async Task<string> RunAsync(string scriptPath, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var result = await NodeProcess.RunAsync("node", [Copy(scriptPath), .. arguments], Path, Patience, environment);
        Assert.True(result.ExitCode == 0, $"{scriptPath} ended with {result.ExitCode}: {result.Output}{result.Errors}");
        return result.Output;
    }

    public void Dispose() => _folder.Dispose();

    // An import is resolved from the folder of the script that has it. The number keeps runs side by side apart.
    private string Copy(string scriptPath)
    {
        var name = $"{Interlocked.Increment(ref _scripts)}-{System.IO.Path.GetFileName(scriptPath)}";
        var copy = System.IO.Path.Combine(Path, name);
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, scriptPath), copy);
        return copy;
    }
}
