using IterableForwarder.Hosting;
using IterableForwarder.Journal;
using Microsoft.AspNetCore.Connections;

if (HealthProbe.IsAskedFor(args)) return await HealthProbe.RunAsync(args);

RuntimeTuning.Apply();

try
{
    await using var app = ForwarderHost.Create(args);
    await app.LockStoreAsync();
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (StoreInUseException e)
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
    await Console.Error.WriteLineAsync($"The service cannot start: {e.Message} The folder of its data must be one that it may create and write to; Storage__ConnectionString names another.");
    return 1;
}
