using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Model;

/// <summary>One change as a program says it.</summary>
/// <param name="Who">Of the connection's people.</param>
/// <param name="Adds">Or removes.</param>
/// <param name="Minutes">When it happened, from the start of the program; null where it does not say.</param>
/// <param name="Plan">An attribute; 0 for none, -1 for a text where Iterable wants a number.</param>
/// <param name="Shouted">In capitals and with blanks around.</param>
internal sealed record Said(int Who, bool Adds, int? Minutes, int Plan, bool Shouted)
{
    public string Tell(Cast cast)
    {
        var when = Minutes switch { null => "", < 0 => $" {-Minutes} min ago", _ => $" in {Minutes} min" };
        var plan = Plan switch { 0 => "", -1 => " plan \"text\"", _ => $" plan {Plan}" };
        return $"{(Adds ? '+' : '-')}{People.At(cast, Who).Name}{plan}{when}{(Shouted ? " (shouted)" : "")}";
    }
}

/// <summary>What happens, one thing after the other. Connections and projects by number.</summary>
internal abstract record Step
{
    /// <summary>Two for each project. The first two are about the same people; of the others, every second goes by MPID.</summary>
    public const int Connections = 8;

    /// <summary>By number of project.</summary>
    public static readonly ProjectType[] Types = [ProjectType.Hybrid, ProjectType.Hybrid, ProjectType.Email, ProjectType.UserId];

    public static int ProjectOf(int connection) => connection / 2;

    public static Cast CastOf(int connection) => new(connection > 1 && connection % 2 == 1, Types[ProjectOf(connection)]);

    internal sealed record Post(int Connection, Said[] Changes, bool Keyed) : Step
    {
        public override string ToString() =>
            $"connection {Connection} gets {string.Join(", ", Changes.Select(c => c.Tell(CastOf(Connection))))}{(Keyed ? " with an Idempotency-Key" : "")}";
    }

    internal sealed record Crowd(int Connection, int Members, bool Adds) : Step
    {
        public override string ToString() => $"connection {Connection} gets {Members} {(Adds ? "adds" : "removes")}";
    }

    /// <summary>The last request with a key comes again; and another with the same key.</summary>
    internal sealed record Repeat(int Connection) : Step
    {
        public override string ToString() => $"connection {Connection} gets its last Idempotency-Key again";
    }

    internal sealed record Pause(int Connection) : Step
    {
        public override string ToString() => $"connection {Connection} is paused";
    }

    internal sealed record Resume(int Connection) : Step
    {
        public override string ToString() => $"connection {Connection} is resumed";
    }

    internal sealed record SwitchList(int Connection) : Step
    {
        public override string ToString() => $"connection {Connection} is set to its other list";
    }

    internal sealed record DeleteList(int Connection) : Step
    {
        public override string ToString() => $"the list of connection {Connection} is deleted at Iterable";
    }

    internal sealed record CreateList(int Connection) : Step
    {
        public override string ToString() => $"the list of connection {Connection} is made again";
    }

    internal sealed record Move(int Connection) : Step
    {
        public override string ToString() => $"what connection {Connection} owes to its other list is moved to its list of now";
    }

    internal sealed record Discard(int Connection) : Step
    {
        public override string ToString() => $"what connection {Connection} owes is discarded";
    }

    internal sealed record ExchangeKey(int Project) : Step
    {
        public override string ToString() => $"the key of project {Project} is exchanged at Iterable";
    }

    internal sealed record SetKey(int Project) : Step
    {
        public override string ToString() => $"project {Project} is given its new key";
    }

    /// <summary>Something goes wrong with the next calls of a project; with all of them until it heals where <paramref name="Times"/> is null.</summary>
    internal sealed record Trouble(int Project, FaultKind Kind, int? Status, int? Times, int? Delay, string? Body = null, int? RetryAfter = null) : Step
    {
        public override string ToString() =>
            $"{(Times is { } times ? $"the next {times} calls" : "all calls")} of project {Project} meet {Kind} {Status}{(Delay is null ? "" : $"{Delay} ms")}".TrimEnd()
            + (RetryAfter is null ? "" : $", to be repeated after {RetryAfter} s") + (Body is null ? "" : $" {Body[..Math.Min(Body.Length, 60)]}");
    }

    internal sealed record Cap(int Project, int Members) : Step
    {
        public override string ToString() => $"Iterable takes only {Members} members a call of project {Project}";
    }

    internal sealed record Nameless(int Project) : Step
    {
        public override string ToString() => $"Iterable no longer names who failed in project {Project}";
    }

    internal sealed record Poison : Step
    {
        public override string ToString() => "Iterable refuses every call that names gus";
    }

    internal sealed record Forget(int Project) : Step
    {
        public override string ToString() => $"Iterable forgets eve in project {Project}";
    }

    /// <summary>A bit of a stored body flips; the batch is discarded, and the database is repaired.</summary>
    internal sealed record Damage(int Connection, int Bit) : Step
    {
        public override string ToString() => $"bit {Bit} of the last batch of connection {Connection} flips on disk, and the batch is discarded";
    }

    internal sealed record SetClock(bool Ahead) : Step
    {
        public override string ToString() => $"the clock of the service is set {(Ahead ? "ahead by" : "back from")} a day";
    }

    /// <summary>Another process on the same data folder.</summary>
    internal sealed record SecondStart : Step
    {
        public override string ToString() => "the service is started a second time on the same folder";
    }

    internal sealed record Flood : Step
    {
        public override string ToString() => "another tenant sends more than may be pending";
    }

    internal sealed record Restart : Step
    {
        public override string ToString() => "the service is stopped and started again";
    }

    internal sealed record Heal : Step
    {
        public override string ToString() => "everything works again";
    }

    internal sealed record Rest : Step
    {
        public override string ToString() => "everybody waits until nothing is pending that has a list";
    }
}
