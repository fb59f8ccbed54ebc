using IterableForwarder.CrashHost;
using IterableForwarder.Hosting;

await using var app = ForwarderHost.Create(args, CrashComposition.AddCrashes);
await app.RunAsync();
