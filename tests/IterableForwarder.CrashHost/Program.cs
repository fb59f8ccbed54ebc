using IterableForwarder;
using IterableForwarder.CrashHost;

await using var app = ForwarderHost.Create(args, CrashComposition.AddCrashes);
await app.RunAsync();
