using Iterable.Sandbox;

var app = Composition.BuildProgram(args);
await app.RunAsync();
