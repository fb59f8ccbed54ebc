using IterableForwarder;

try
{
    await using var app = ForwarderHost.Create(args);
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
