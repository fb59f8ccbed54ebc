using IterableForwarder.Demo;

namespace IterableForwarder.Tests.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_ends_with_exactly_the_right_lists_and_accounts_for_the_rest()
    {
        var output = new StringWriter();

        var exitCode = await DemoRun.RunAsync(["--once", "--port", "0"], output);

        var text = output.ToString();
        Assert.Contains("The lists are correct.", text, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        foreach (var reason in (string[])["noEmail", "hashedIdentity", "unsupportedAction", "badListId", "invalid"])
            Assert.Contains($" {reason}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_can_be_run_again_on_the_data_it_kept()
    {
        var folder = Directory.CreateTempSubdirectory("demo-test-").FullName;
        try
        {
            Assert.Equal(0, await DemoRun.RunAsync(["--once", "--port", "0", "--data", folder], TextWriter.Null));
            Assert.Equal(0, await DemoRun.RunAsync(["--once", "--port", "0", "--data", folder], TextWriter.Null));
            Assert.True(File.Exists(Path.Combine(folder, "forwarder.db")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--port", "no-port")]
    [InlineData("--data")]
    public async Task Invalid_arguments_print_the_usage(params string[] args)
    {
        var output = new StringWriter();

        Assert.Equal(2, await DemoRun.RunAsync(args, output));
        Assert.StartsWith(DemoOptions.Usage, output.ToString(), StringComparison.Ordinal);
    }
}
