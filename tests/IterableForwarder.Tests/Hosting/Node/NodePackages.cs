using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace IterableForwarder.Tests.Hosting.Node;

/// <summary>
/// Packages from the npm registry. Installs each set once, into a folder below the temporary one that later runs find again. A test that uses them is a <c>[SkippableFact]</c>: without
/// Node.js, npm or the registry it is skipped with the reason. A package that the registry does not have fails the test.
/// </summary>
internal static partial class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly ConcurrentDictionary<string, Lazy<Task<NodeFolder>>> Folders = new(StringComparer.Ordinal);

    /// <summary>A folder with these packages, each written as <c>name@1.2.3</c>.</summary>
    public static Task<NodeFolder> InstallAsync(params string[] packages)
    {
        var ranges = packages.Where(package => !Pinned().IsMatch(package)).ToArray();
        if (packages.Length == 0 || ranges.Length > 0) throw new ArgumentException($"Each package needs an exact version: {string.Join(", ", ranges)}");
        var set = string.Join(' ', packages.Order(StringComparer.Ordinal));
        return Folders.GetOrAdd(set, _ => new Lazy<Task<NodeFolder>>(() => CreateAsync(set, packages))).Value;
    }

    private static async Task<NodeFolder> CreateAsync(string set, string[] packages)
    {
        await RequireAsync("node");
        await RequireAsync("npm");
        var folder = Path.Combine(Path.GetTempPath(), $"forwarder-node-{Environment.UserName}-{Hash(set)}");
        if (!Directory.Exists(folder)) await InstallAsync(packages, folder);
        return new NodeFolder(folder);
    }

    /// <summary>Moves the folder into place when it is complete: a run that is killed leaves nothing half-made behind that name.</summary>
    private static async Task InstallAsync(string[] packages, string folder)
    {
        var draft = Directory.CreateTempSubdirectory("forwarder-node-draft-").FullName;
        try
        {
            await InstallIntoAsync(draft, packages);
            Directory.Move(draft, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // another run was faster
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task InstallIntoAsync(string folder, string[] packages)
    {
        // --ignore-scripts: an install script of a dependency has no business on the machine that runs the tests.
        // --fetch-retry-…: without a network npm waits for a minute by default before it gives up.
        string[] options =
        [
            "install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error",
            "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000",
        ];
        var result = await NodeProcess.RunAsync("npm", [.. options, .. packages], folder, Patience);
        if (Unreachable().Match(result.Errors) is { Success: true } code) throw new SkipException($"The npm registry is out of reach: {code.Value}.");
        Assert.True(result.ExitCode == 0, $"npm install {string.Join(' ', packages)} ended with {result.ExitCode}: {result.Errors}");
    }

    private static string Hash(string set) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(set)))[..16];

    private static async Task RequireAsync(string program)
    {
        if (!await NodeProcess.IsInstalledAsync(program, Patience)) throw new SkipException($"{program} is not installed.");
    }

    [GeneratedRegex(@"\A(@[a-z0-9._-]+/)?[a-z0-9._-]+@[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?\z")]
    private static partial Regex Pinned();

    /// <summary>The codes by which npm reports a network failure: https://nodejs.org/api/errors.html#common-system-errors.</summary>
    [GeneratedRegex(@"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b")]
    private static partial Regex Unreachable();
}
