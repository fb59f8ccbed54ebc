using IterableForwarder;
using IterableForwarder.Telemetry;
using Microsoft.AspNetCore.Connections;

if (HealthProbe.IsAskedFor(args)) return await HealthProbe.RunAsync(args);

// a worker for every other core at once, more when those do not do: to wake one for a message that another would come to soon costs more
// than the message. On two cores this took a tenth off the CPU of a trickle. The runtime begins with one (runtimeconfig.template.json)
ThreadPool.SetMinThreads(Math.Max(1, Environment.ProcessorCount / 2), Environment.ProcessorCount);

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
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"The service cannot start: {e.Message} Set ASPNETCORE_URLS to listen somewhere else.");
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"The service cannot start: {e.Message} The folder of its data must be one that it may make and write to; Storage__ConnectionString names another.");
    return 1;
}
