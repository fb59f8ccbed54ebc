using System.Net;
using Microsoft.Extensions.Http;

namespace IterableForwarder.CrashHost;

/// <summary>Puts the steps of a call next to the wire, inside all that the client has around it.</summary>
internal sealed class CrashingCalls(Crash crash) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        builder.AdditionalHandlers.Add(new CrashingHandler(crash));
    };

    private sealed class CrashingHandler(Crash crash) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            crash.Pass(Step.BeforeCall);
            var content = request.Content;
            if (content is not null) request.Content = new CrashingContent(content, crash);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                crash.Pass(Step.CallAnswered);
                return response;
            }
            finally
            {
                request.Content = content;
            }
        }
    }

    /// <summary>The body of a call as it was, and the step behind its last byte.</summary>
    private sealed class CrashingContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly Crash _crash;

        public CrashingContent(HttpContent inner, Crash crash)
        {
            (_inner, _crash) = (inner, crash);
            foreach (var (name, values) in inner.Headers) Headers.TryAddWithoutValidation(name, values);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await _inner.CopyToAsync(stream);
            await stream.FlushAsync();
            _crash.Pass(Step.CallWritten);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }
    }
}
