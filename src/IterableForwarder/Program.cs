using IterableForwarder;

await using var app = ForwarderHost.Create(args);
await app.RunAsync();
