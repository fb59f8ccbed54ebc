using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>
/// Writes changes of members that are its own, one request after the other, and keeps what must be true of them: what was answered
/// with 202 is, what got no answer may be, and what was refused is not.
/// </summary>
internal abstract class Writer(string name, string connection, Random random)
{
    /// <summary>Few enough that each is changed again while its last change is on its way.</summary>
    private const int HotMembers = 15;

    /// <summary>Requests between two kills.</summary>
    private const int MaxPerLife = 60;

    private readonly List<WrittenMember> _hot = [];
    private readonly List<WrittenMember> _seldom = [];
    private WriterRequest? _unanswered;

    public string Connection => connection;

    public IEnumerable<WrittenMember> Members => _hot.Concat(_seldom);

    /// <summary>Requests answered with 202.</summary>
    public List<AcceptedRequest> Accepted { get; } = [];

    /// <summary>Requests without an answer that cannot be sent again.</summary>
    public int Lost { get; private set; }

    /// <summary>Requests that were sent again and answered as before.</summary>
    public int Repeated { get; private set; }

    /// <summary>Answers of 503.</summary>
    public int Refused { get; private set; }

    protected string Name => name;

    protected Random Random => random;

    /// <summary>Writes until the service is gone or it is told to stop.</summary>
    public async Task WriteAsync(ServiceProcess service, int era, CancellationToken stop)
    {
        // a quick machine would pile up more within each short life than the last one can deliver
        for (var written = 0; written < MaxPerLife && !stop.IsCancellationRequested; written++)
        {
            if (!await TryWriteAsync(service, _unanswered ?? Next(era), era)) return;
        }
    }

    /// <summary>Learns what became of a request that was never answered.</summary>
    public async Task ResolveAsync(ServiceProcess service, int era)
    {
        while (_unanswered is { } request) Assert.True(await TryWriteAsync(service, request, era), service.Output);
    }

    protected abstract WriterRequest Next(int era);

    protected static string ActionOf(bool isOn) => isOn ? "add" : "remove";

    /// <summary>One that is changed all the time.</summary>
    protected WrittenMember Hot()
    {
        if (_hot.Count < HotMembers) _hot.Add(NewMember("hot", _hot.Count));
        return _hot[random.Next(_hot.Count)];
    }

    /// <summary>One that is written once between two kills, often a new one: no later write can hide that this one was lost.</summary>
    protected WrittenMember Seldom(int era)
    {
        if (_seldom.Count > 0 && random.Next(3) == 0)
        {
            var member = _seldom[random.Next(_seldom.Count)];
            if (member.Era < era)
            {
                member.Era = era;
                return member;
            }
        }
        var added = NewMember("seldom", _seldom.Count);
        added.Era = era;
        _seldom.Add(added);
        return added;
    }

    /// <summary>One of which a change has been accepted; null while there is none.</summary>
    protected WrittenMember? Known()
    {
        var known = _hot.Where(m => m.IsKnown).ToArray();
        return known.Length > 0 ? known[random.Next(known.Length)] : null;
    }

    private WrittenMember NewMember(string kind, int number)
    {
        var email = $"{name}-{kind}-{number}@example.com";
        return new(email, number % 2 == 0 ? $"c-{email}" : null);
    }

    /// <summary>False when the service is gone.</summary>
    private async Task<bool> TryWriteAsync(ServiceProcess service, WriterRequest request, int era)
    {
        request.Attempts++;
        var response = await service.SendAsync(request.ToMessage());
        switch (response?.Status)
        {
            case null:
                Lose(request, $"unanswered between kills {era} and {era + 1}");
                return false;
            case 202:
                Accept(request, response, era);
                return true;
            case 503:
                Refused++;
                Assert.NotNull(response.Headers.RetryAfter);
                // nothing of it is stored: it may be sent later, or never
                if (request.Attempts == 1 && random.Next(2) == 0) return true;
                _unanswered = request;
                return true;
            default:
                throw new InvalidOperationException($"{name} was answered {response}");
        }
    }

    private void Accept(WriterRequest request, ServiceResponse response, int era)
    {
        _unanswered = null;
        if (request.Attempts > 1) Repeated++;
        var batch = (string?)response.Json["batchId"];
        if (batch is not null) Assert.Equal(request.Received, (int)response.Json["received"]!);
        Accepted.Add(new(batch, request.SourceId, request.Received, request.Dropped, request.Rejected));
        foreach (var (member, isOn) in request.Effects) member.Become(isOn, $"in {batch ?? request.SourceId} between kills {era} and {era + 1}");
    }

    private void Lose(WriterRequest request, string how)
    {
        _unanswered = request.IsRepeatable ? request : null;
        if (!request.IsRepeatable) Lost++;
        foreach (var (member, isOn) in request.Effects) member.MayBecome(isOn, how);
    }
}
