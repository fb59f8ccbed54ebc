using IterableForwarder.Demo;

return await DemoRun.RunAsync(args, Console.Out);
