using System.Buffers;
using System.IO.Pipelines;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Tests.Ingress.Fuzzing;

/// <summary>A body that comes whole or in slices.</summary>
internal static class SlicedBody
{
    /// <param name="body">What comes.</param>
    /// <param name="slices">In how many slices; in one, it is whole from the beginning, and its values can be read in place.</param>
    /// <param name="parser">Takes it.</param>
    public static async Task ReadAsync(byte[] body, int slices, IBodyParser parser)
    {
        if (slices == 1)
        {
            await BodyLoop.ReadAsync(new(PipeReader.Create(new ReadOnlySequence<byte>(body))), parser, onFull: null, CancellationToken.None);
            return;
        }
        // inline, so that each slice is read before the next one comes
        var pipe = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var reading = BodyLoop.ReadAsync(new(pipe.Reader), parser, onFull: null, CancellationToken.None);
        foreach (var slice in body.Chunk((body.Length / slices) + 1)) await pipe.Writer.WriteAsync(slice);
        await pipe.Writer.CompleteAsync();
        await reading;
    }
}
