using Xunit.Sdk;

namespace IterableForwarder.Tests.Hosting.Node;

public sealed class NodePackagesTests
{
    private const string Package = "zod@4.3.6";

    private static readonly Dictionary<string, string> Environment = new() { ["PACKAGE"] = "zod" };

    [SkippableFact]
    public async Task A_script_imports_the_installed_package_and_gets_arguments_and_environment()
    {
        var folder = await NodePackages.InstallAsync(Package);

        Assert.Equal("4.3.6 one two\n", await folder.RunAsync("Hosting/Node/echo.mjs", Environment, "one", "two"));
    }

    [SkippableFact]
    public async Task A_set_of_packages_is_installed_once()
    {
        Assert.Same(await NodePackages.InstallAsync(Package), await NodePackages.InstallAsync(Package));
    }

    [SkippableFact]
    public async Task A_script_that_ends_with_an_error_fails_the_test_with_what_it_wrote()
    {
        var folder = await NodePackages.InstallAsync(Package);

        var failure = await Assert.ThrowsAsync<TrueException>(() => folder.RunAsync("Hosting/Node/fail.mjs", Environment));

        Assert.Contains("ended with 3: the reason", failure.Message);
    }

    [Theory]
    [InlineData("zod")]
    [InlineData("zod@latest")]
    [InlineData("zod@^4.3.6")]
    [InlineData("@iterable/api@0.13")]
    public async Task A_package_without_an_exact_version_is_refused(string package)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => NodePackages.InstallAsync(package));
    }
}
