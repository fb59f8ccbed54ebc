using System.Net.Http.Headers;
using System.Text;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress;

/// <summary>Tests that post the most costly bodies of each format to a process of its own.</summary>
public abstract class CostlyBodyTests : OwnProcessTests
{
    private CostlyBodies? _bodies;

    private protected override async Task PrepareAsync() => _bodies = await CostlyBodies.PrepareAsync(Service.PostAsync);

    /// <summary>Returns its length in bytes.</summary>
    /// <param name="kind">Which of them.</param>
    /// <param name="expected">The responses that it may get.</param>
    private protected async Task<int> PostAsync(string kind, params int[] expected)
    {
        var (path, text) = _bodies!.RequestOf(kind);
        var body = Encoding.UTF8.GetBytes(text);
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var response = await Service.SendAsync(new(HttpMethod.Post, path) { Content = content });
        Assert.NotNull(response);
        Assert.Contains(response.Status, expected);
        return body.Length;
    }
}
