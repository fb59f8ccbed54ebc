using Iterable.Sandbox.State;
using IterableForwarder.Outcomes;

namespace IterableForwarder.Demo;

/// <summary>What the demo prints.</summary>
internal static class Report
{
    public static void Started(TextWriter output, DemoOptions options, Stage stage, DataFolder data)
    {
        output.WriteLine($"The service listens on {stage.Address}, and a stand-in for Iterable on {stage.Sandbox.BaseAddress}");
        SayMoved(output, options.Port, stage.Address);
        if (options.Port != 0) SayMoved(output, Stage.SandboxPort, stage.Sandbox.BaseAddress);
        output.WriteLine(data.IsKept ? $"Data is kept in {data.Path}" : $"Data is in {data.Path} and goes with the demo");
        output.WriteLine();
    }

    private static void SayMoved(TextWriter output, int asked, Uri got)
    {
        if (asked != 0 && asked != got.Port) output.WriteLine($"(Somebody else has port {asked}, so it is {got.Port} this time.)");
    }

    public static void Settled(TextWriter output, TimeSpan accepted, TimeSpan settled)
    {
        output.WriteLine($"Sent an mParticle audience message and a batch of members: both on disk and accepted after {accepted.TotalMilliseconds:0} ms,");
        output.WriteLine($"and settled with Iterable after {settled.TotalMilliseconds:0} ms.");
        output.WriteLine();
    }

    /// <summary>The counts of each batch, and everyone who was not delivered.</summary>
    public static async Task AccountsAsync(TextWriter output, ForwarderApi forwarder, IReadOnlyList<BatchResponse> batches, CancellationToken cancellationToken)
    {
        var counts = new TextTable("connection", "source", "received", "delivered", "superseded", "dropped", "rejected", "pending");
        var reasons = new TextTable("connection", "who", "action", "outcome", "reason", "detail");
        foreach (var batch in batches)
        {
            var name = await forwarder.NameOfAsync(batch.ConnectionId, cancellationToken);
            var (c, source) = (batch.Counts, batch.Source);
            counts.Add(name, source, $"{c.Received}", $"{c.Delivered}", $"{c.Superseded}", $"{c.Dropped}", $"{c.Rejected}", $"{c.Pending}");
            foreach (var member in await forwarder.NotDeliveredAsync(batch.Id, cancellationToken))
                reasons.Add(name, member.Email ?? member.CustomerId ?? member.Mpid ?? "–", member.Action, member.Outcome, member.Reason, member.Detail ?? "");
        }
        output.WriteLine("THE ACCOUNTS: what became of every change");
        counts.Write(output);
        output.WriteLine("THE REASONS: who was not forwarded, and why");
        reasons.Write(output);
    }

    /// <summary>The lists as they are at Iterable. False when one is not what it should be.</summary>
    public static bool Lists(TextWriter output, SandboxState iterable)
    {
        var lists = new TextTable("list", "name", "member", "customer id", "fields");
        var isRight = true;
        foreach (var (id, name) in Samples.Lists)
        {
            var members = iterable.Members(id);
            foreach (var member in members) lists.Add($"{id}", name, member.Email ?? "–", member.UserId ?? "–", member.DataFields ?? "");
            isRight &= members.Select(m => $"{m.Email ?? "–"} / {m.UserId ?? "–"}").SequenceEqual(Samples.Expected[id]);
        }
        output.WriteLine("THE LISTS: members at Iterable now");
        lists.Write(output);
        output.WriteLine(isRight ? "The lists are correct." : "The lists are NOT correct: something is wrong.");
        output.WriteLine();
        return isRight;
    }

    public static void StillRunning(TextWriter output, Stage stage) => output.WriteLine(
        $"""
        Still running. Swagger: {stage.Address}swagger   the lists: {stage.Sandbox.BaseAddress}_sandbox/lists
        Try:  curl {stage.Address}api/v1/connections
        No key is needed from this machine. Ctrl+C ends it.
        """);
}
