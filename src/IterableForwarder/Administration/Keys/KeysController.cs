using System.Buffers.Text;
using System.Security.Cryptography;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Administration.Keys;

/// <summary>Keys to this service, beside those of its configuration.</summary>
[Route("api/v1/keys")]
[Tags("Keys")]
internal sealed class KeysController(IAccessKeyStore store, TimeProvider time, ILogger<KeysController> log) : AdministrationController
{
    /// <summary>Lets a scanner that finds a key in a log or a repository recognize it.</summary>
    private const string Prefix = "ifk_";

    /// <summary>Creates a key</summary>
    /// <remarks>The response shows the key this once; only its hash is kept.</remarks>
    [HttpPost(Name = "createKey")]
    [ProducesResponseType<CreatedKeyResponse>(StatusCodes.Status201Created)]
    public async Task<ActionResult<CreatedKeyResponse>> Create(NewKey request, CancellationToken cancellationToken)
    {
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var key = new AccessKey(
            Guid.CreateVersion7(time.GetUtcNow()), request.Name!, SettingsWords.KeyKinds.Parse(request.Kind!), Convert.FromHexString(KeyHash.Of(text)), text[^4..],
            [.. (request.ProjectIds ?? []).Distinct().Select(id => new ProjectId(OpaqueId.Parse(id)))], time.GetStoredNow());
        await store.AddAsync(key, cancellationToken);
        SecurityLog.KeyCreated(log, key.Id.ToString("N"), request.Kind!, key.ProjectIds.Count, CallerName);
        return CreatedAt(key.Id.ToString("N"), CreatedKeyResponse.Of(key, text));
    }

    /// <summary>Lists the keys, oldest first</summary>
    /// <remarks>Those of the configuration are not among them.</remarks>
    [HttpGet(Name = "listKeys")]
    [ProducesResponseType<Page<KeyResponse>>(StatusCodes.Status200OK)]
    public ActionResult<Page<KeyResponse>> List([FromQuery] PageRequest page)
    {
        var (keys, next) = page.Cut(store.All, k => k.Id);
        return new Page<KeyResponse> { Items = [.. keys.Select(KeyResponse.Of)], Next = next };
    }

    /// <summary>Shows a key's settings</summary>
    [HttpGet("{id}", Name = "getKey")]
    [ProducesResponseType<KeyResponse>(StatusCodes.Status200OK)]
    public ActionResult<KeyResponse> Get(string id) => store.TryGet(OpaqueId.Parse(id), out var key) ? KeyResponse.Of(key) : Unknown("key");

    /// <summary>Revokes a key</summary>
    /// <remarks>It opens nothing from the moment this is answered.</remarks>
    [HttpDelete("{id}", Name = "deleteKey")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    public async Task<ActionResult> Delete(string id, CancellationToken cancellationToken)
    {
        if (!await store.TryRemoveAsync(OpaqueId.Parse(id), cancellationToken)) return Unknown("key");
        SecurityLog.KeyRevoked(log, id, CallerName);
        return NoContent();
    }
}
