using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Ingress;

/// <summary>What a source adds to the flow: whom a request is for, the format of its body, and what becomes of what the body says.</summary>
/// <typeparam name="TTarget">Whom a request is for, and what its head says.</typeparam>
/// <typeparam name="TMessage">What its body says.</typeparam>
internal interface IIngestAssembly<TTarget, TMessage>
    where TTarget : class
    where TMessage : class
{
    /// <summary>Whether the path names the project: a request is answered with 404 where the project is deleted before it is accepted.</summary>
    bool IsOfProject => false;

    /// <summary>Whether to assemble may take long whatever the body says.</summary>
    bool IsLong => false;

    /// <summary>Finds whom the request is for, and refuses what can be refused before the body is read: 404, 403, capacity exceeded.</summary>
    Task<OrRefusal<TTarget>> FindAsync(HttpContext context);

    /// <summary>Begins to read the body.</summary>
    BodyFormat<TMessage> Open(TTarget target, HttpContext context);

    /// <summary>Makes batches of what was read. Called again where a connection was deleted before they were accepted.</summary>
    Task<Offer> AssembleAsync(TTarget target, TMessage message, CancellationToken cancellationToken);

    /// <summary>Refuses a request that exceeds a capacity, in the protocol of the source.</summary>
    IResult Refuse(CapacityExceeded exceeded) => new CapacityExceededResult(exceeded);
}
