using System.Security.Cryptography;
using IterableForwarder.Http;

namespace IterableForwarder.Ingress.Body;

/// <summary>How a source reads one body: made for each request, and disposed of once the request is answered.</summary>
/// <typeparam name="TMessage">What the body says.</typeparam>
internal abstract class BodyFormat<TMessage> : IGatheringFormat, IAsyncDisposable
    where TMessage : class
{
    /// <summary>Receives what is wrong with the body; any error refuses the request with 400.</summary>
    public ValidationErrors Errors { get; } = new();

    /// <summary>What the body is to hold, for the refusal of another media type.</summary>
    public virtual string What => "body";

    /// <summary>The media types that the source takes, for the same refusal.</summary>
    public virtual string MediaTypesTaken => MediaTypes.Json;

    public abstract IBodyParser Parser { get; }

    /// <summary>Bytes of memory that what was read takes, beside the body.</summary>
    public virtual long Gathered => 0;

    /// <summary>A body that was opened before, to find out whose request it is; null for one that is still to be opened.</summary>
    public virtual IncomingBody? Opened => null;

    public virtual bool Takes(BodyForm form) => form == BodyForm.Json;

    /// <summary>Bytes of the body at most, after decompression; 0 for no limit.</summary>
    public virtual long MaxBytes(IngestOptions options) => options.MaxBodyBytes;

    /// <summary>Bytes of the body that are in memory at the same time at most, where it leaves the memory while it is read.</summary>
    public virtual long MaxBytesInMemory => long.MaxValue;

    /// <summary>Takes in the body as it is read; null for none.</summary>
    public virtual IncrementalHash? CreateHash() => null;

    /// <summary>Refuses a body of the right media type without reading it; null for one that is read.</summary>
    public virtual IResult? RefuseUnread() => null;

    /// <summary>Takes away what the parser has gathered, when it is full.</summary>
    public virtual Task GiveAwayAsync() => throw new InvalidOperationException("This parser is never full.");

    /// <summary>The body was read to its end, or as far as it is well formed: what only the whole tells is checked here.</summary>
    public virtual Task FinishAsync(IncomingBody body, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Refuses a body for more than its errors; null for one that is only as good as its errors.</summary>
    public virtual IResult? Refuse(IncomingBody body) => null;

    /// <summary>What was read; asked for once, of a body without errors.</summary>
    public abstract TMessage ToMessage(IncomingBody body);

    /// <summary>What was read has been accepted: whatever was stored of it stays.</summary>
    public virtual void Keep()
    {
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
