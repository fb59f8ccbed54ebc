using Iterable.Client.Requests;
using IterableForwarder.Ingress.Body;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Members;

/// <summary>The requests of a preview as they are built, with the memory that they take.</summary>
/// <param name="share">Takes memory for them.</param>
internal sealed class PreviewedRequests(BodyShare share)
{
    /// <summary>Bytes of a response: as many as a body may have by default. A few mapped fields make much of little.</summary>
    private const int MaxBytes = 32 << 20;

    /// <summary>Bytes of a request beside its body, and of a dropped change.</summary>
    private const int Around = 100;

    /// <summary>Bytes that need no memory of the bodies': previews of a few changes are built one after another.</summary>
    private const int Free = 64 * 1024;

    private readonly List<PreviewedRequest> _all = [];
    private long _bytes;

    public IReadOnlyList<PreviewedRequest> All => _all;

    /// <summary>False where the response would become too long.</summary>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public async ValueTask<bool> TryAddAsync(BulkRequest request, CancellationToken cancellationToken)
    {
        var shown = PreviewedRequest.Of(request);
        _bytes += shown.Body.Utf8.Length + Around;
        if (_bytes > MaxBytes) return false;
        if (_bytes > Free) await share.GatherAsync(_bytes, cancellationToken);
        _all.Add(shown);
        return true;
    }

    public static ProblemHttpResult TooLong() =>
        BodyReader.Refuse(StatusCodes.Status413PayloadTooLarge, $"The preview would be longer than {MaxBytes} bytes. Preview fewer changes at a time.");
}
