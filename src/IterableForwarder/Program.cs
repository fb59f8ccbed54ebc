using IterableForwarder;
using IterableForwarder.Telemetry;

if (HealthProbe.IsAskedFor(args)) return await HealthProbe.RunAsync(args);

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
