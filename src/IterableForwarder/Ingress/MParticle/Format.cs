using Iterable.Client;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A message of Firehose, and what its query says.</summary>
internal sealed class FirehoseFormat : BodyFormat<FirehoseRequest>
{
    private const string KeyPath = "account.account_settings.apiKey";
    private const int MaxKeyCharacters = 200;

    private readonly FirehoseMessage _message;
    private readonly FirehoseParser _parser;
    private readonly FirehoseTarget _target;
    private readonly HttpContext _context;
    private IterableDataCenter _dataCenter;

    public FirehoseFormat(FirehoseTarget target, HttpContext context, ChangeLimit limit)
    {
        (_target, _context, _message) = (target, context, new(limit));
        _parser = new(_message, Errors);
    }

    public override string What => "message";

    public override IBodyParser Parser => _parser;

    public override long Gathered => _parser.Bytes;

    public override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        if (Errors.Count > 0) return Task.CompletedTask;
        _dataCenter = ReadDataCenter();
        Check();
        return Task.CompletedTask;
    }

    public override FirehoseRequest ToMessage(IncomingBody body) =>
        new(_message, _message.Type!.Value, _context.User, _dataCenter, _target.ReceivedAt, _context.RequestAborted);

    private IterableDataCenter ReadDataCenter()
    {
        if (!_context.Request.Query.TryGetValue("dataCenter", out var words)) return IterableDataCenter.Us;
        if (words.Count == 1 && SettingsWords.DataCenters.TryParse(words[0], out var dataCenter)) return dataCenter;
        Errors.Add("dataCenter", $"must be one of: {SettingsWords.DataCenters.Allowed}");
        return IterableDataCenter.Us;
    }

    private void Check()
    {
        if (_message.TypeWord is null) Errors.Add("type", $"is required: {FirehoseWords.Allowed}");
        else if (_message.Type is null) Errors.Add("type", $"must be one of: {FirehoseWords.Allowed}");
        if (_message.Type == MessageType.Registration || (_message.Type == MessageType.SubjectRequest && _message.Account == Account.None)) return;
        if (_message.Account.ApiKey is null) Errors.Add(KeyPath, "is required");
        else if (_message.Account.ApiKey.Length > MaxKeyCharacters) Errors.Add(KeyPath, $"must have at most {MaxKeyCharacters} characters");
    }
}
