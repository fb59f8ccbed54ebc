namespace IterableForwarder.Ingress;

/// <summary>What a step of the flow came to, or the response that refuses the request there.</summary>
/// <param name="Value">Null where the request is refused.</param>
/// <param name="Refusal">Null where it goes on.</param>
internal readonly record struct OrRefusal<T>(T? Value, IResult? Refusal)
    where T : class;
