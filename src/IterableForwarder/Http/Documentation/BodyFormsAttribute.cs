namespace IterableForwarder.Http.Documentation;

/// <summary>The forms that the JSON body of a request may have, any of them, where the endpoint reads it by itself (<c>WithMetadata</c>).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BodyFormsAttribute(params Type[] forms) : Attribute
{
    public IReadOnlyList<Type> Forms => forms;
}
