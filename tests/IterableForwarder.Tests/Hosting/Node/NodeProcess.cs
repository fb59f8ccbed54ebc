using System.ComponentModel;
using System.Diagnostics;

namespace IterableForwarder.Tests.Hosting.Node;

/// <summary>Runs node or npm to its end.</summary>
internal static class NodeProcess
{
    public static async Task<bool> IsInstalledAsync(string program, TimeSpan patience)
    {
        try
        {
            return (await RunAsync(program, ["--version"], Path.GetTempPath(), patience)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, TimeSpan patience, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(FileName(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {patience}: {await output}{await errors}", e);
        }
        return (process.ExitCode, await output, await errors);
    }

    // On Windows npm is a batch file, which Process finds by its full name only.
    private static string FileName(string program) => OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program;
}
