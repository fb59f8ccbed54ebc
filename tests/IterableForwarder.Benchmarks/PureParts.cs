using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;

namespace IterableForwarder.Benchmarks;

/// <summary>What each step of a member's way costs by itself: a thousand of them, without I/O.</summary>
[MemoryDiagnoser]
public class PureParts
{
    private const int Members = 1000;

    private static readonly EntryRule Rule = new(1, new(ProjectType.Hybrid, IdentityRule.CustomerId, [new("firstName", "first_name"), new("plan", "plan")]));
    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);
    private static readonly CallTarget Target = new(1, CallSettings.Default, false);

    private readonly byte[] _body = Load.Body(0, Members);
    private readonly byte[] _lines = Load.Lines(0, Members);
    private readonly ArrayBufferWriter<byte> _output = new(256 * 1024);
    private Chunk _chunk = null!;
    private PlannedCall _call = null!;
    private BulkRequest _request = null!;

    /// <summary>Runs them inside this process: a project of its own would be built against the rules of this repository.</summary>
    public static void Run(bool isQuick)
    {
        var job = (isQuick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkRunner.Run<PureParts>(DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine(Path.GetTempPath(), "forwarder-benchmarks")));
    }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _chunk = (await ReadAsync(_body, new MembersParser(new(DateTimeOffset.UnixEpoch), new()))).Seal(Rule);
        _call = Plan();
        _request = Calls.Build(_call, Target);
    }

    [Benchmark(Description = "parse JSON")]
    public async Task<int> ParseAsync() => (await ReadAsync(_body, new MembersParser(new(DateTimeOffset.UnixEpoch), new()))).Count;

    [Benchmark(Description = "parse NDJSON")]
    public async Task<int> ParseLinesAsync() => (await ReadAsync(_lines, new LinesParser(new(DateTimeOffset.UnixEpoch), new()))).Count;

    [Benchmark(Description = "gather and seal: map, fingerprint, sort")]
    public int Seal()
    {
        var builder = new ChunkBuilder(DateTimeOffset.UnixEpoch);
        for (var offset = 0; offset < _chunk.Changes.Length;) builder.Add(ChangeCodec.Read(_chunk.Changes, ref offset));
        return builder.Seal(Rule).Members.Length;
    }

    [Benchmark(Description = "map")]
    public int Map()
    {
        var forwarded = 0;
        for (var offset = 0; offset < _chunk.Changes.Length;)
        {
            if (MemberMapper.Map(ChangeCodec.Read(_chunk.Changes, ref offset), Rule.Mapping).Dropped is null) forwarded++;
        }
        return forwarded;
    }

    [Benchmark(Description = "plan a call and complete it")]
    public int PlanAndComplete()
    {
        var planner = new CallPlanner();
        planner.Fold(new PlannedEntry(1, Rule.Mapping, _chunk.Changes, new byte[Members]));
        var call = planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths)!;
        foreach (var node in call.Nodes) planner.Complete(node);
        return planner.Open;
    }

    [Benchmark(Description = "build the request: map again, select data fields")]
    public int Build() => Calls.Build(_call, Target).MemberCount;

    [Benchmark(Description = "write the body")]
    public int Write()
    {
        _output.ResetWrittenCount();
        _request.WriteBody(_output);
        return _output.WrittenCount;
    }

    private PlannedCall Plan()
    {
        var planner = new CallPlanner();
        planner.Fold(new PlannedEntry(1, Rule.Mapping, _chunk.Changes, new byte[Members]));
        return planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths)!;
    }

    private static async Task<ChunkBuilder> ReadAsync(byte[] body, IChangesParser parser)
    {
        var reader = PipeReader.Create(new ReadOnlySequence<byte>(body));
        await BodyLoop.ReadAsync(new(reader), parser, onFull: null, CancellationToken.None);
        await reader.CompleteAsync();
        return parser.Chunk;
    }
}
