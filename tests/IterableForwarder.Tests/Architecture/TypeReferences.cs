using Mono.Cecil;
using Mono.Cecil.Cil;

namespace IterableForwarder.Tests.Architecture;

/// <summary>Which type of the service refers to which: read from the compiled assembly, so that no spelling of a source file hides a reference.</summary>
/// <remarks>A constant and a <c>nameof</c> leave no trace in the assembly, so they are no reference here.</remarks>
internal sealed class TypeReferences : IDisposable
{
    private readonly AssemblyDefinition _assembly;

    public TypeReferences(string path)
    {
        // the arguments of an attribute can be read only with the assemblies that declare their types: those that this process runs on
        var resolver = new DefaultAssemblyResolver();
        foreach (var folder in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(Path.GetDirectoryName).Distinct())
            resolver.AddSearchDirectory(folder);
        _assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
    }

    public IEnumerable<TypeDefinition> Types => _assembly.MainModule.Types;

    public void Dispose() => _assembly.Dispose();

    /// <summary>Every pair of a type and another type of the assembly that it names; a nested type counts as the type around it.</summary>
    public IEnumerable<(TypeDefinition From, TypeDefinition To)> All() =>
        from type in Types
        from used in new ReferenceCollector(_assembly.MainModule).Of(type)
        where used != type
        select (type, used);
}

/// <summary>Collects the types that one type names: bases, attributes, generics, members, signatures and bodies.</summary>
internal sealed class ReferenceCollector(ModuleDefinition module)
{
    private readonly HashSet<TypeDefinition> _found = [];

    public IReadOnlySet<TypeDefinition> Of(TypeDefinition type)
    {
        AddType(type);
        return _found;
    }

    private void AddType(TypeDefinition type)
    {
        Add(type.BaseType);
        AddAttributes(type);
        AddGenerics(type);
        foreach (var implemented in type.Interfaces) Add(implemented.InterfaceType);
        foreach (var field in type.Fields) { Add(field.FieldType); AddAttributes(field); }
        foreach (var property in type.Properties) { Add(property.PropertyType); AddAttributes(property); }
        foreach (var @event in type.Events) { Add(@event.EventType); AddAttributes(@event); }
        foreach (var method in type.Methods) AddMethod(method);
        foreach (var nested in type.NestedTypes) AddType(nested);
    }

    private void AddMethod(MethodDefinition method)
    {
        AddAttributes(method);
        AddGenerics(method);
        AddSignature(method);
        AddAttributes(method.MethodReturnType);
        foreach (var parameter in method.Parameters) AddAttributes(parameter);
        foreach (var overridden in method.Overrides) AddSignature(overridden);
        if (!method.HasBody) return;
        foreach (var variable in method.Body.Variables) Add(variable.VariableType);
        foreach (var handler in method.Body.ExceptionHandlers) Add(handler.CatchType);
        foreach (var instruction in method.Body.Instructions) AddOperand(instruction);
    }

    private void AddOperand(Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case TypeReference type: Add(type); break;
            case MethodReference called: AddSignature(called); break;
            case FieldReference field: Add(field.DeclaringType); Add(field.FieldType); break;
            case CallSite site: Add(site.ReturnType); foreach (var parameter in site.Parameters) Add(parameter.ParameterType); break;
        }
    }

    private void AddSignature(MethodReference method)
    {
        Add(method.DeclaringType);
        Add(method.ReturnType);
        foreach (var parameter in method.Parameters) Add(parameter.ParameterType);
        if (method is GenericInstanceMethod instance) foreach (var argument in instance.GenericArguments) Add(argument);
    }

    private void AddGenerics(IGenericParameterProvider provider)
    {
        foreach (var constraint in provider.GenericParameters.SelectMany(p => p.Constraints)) Add(constraint.ConstraintType);
    }

    private void AddAttributes(ICustomAttributeProvider provider)
    {
        foreach (var attribute in provider.CustomAttributes)
        {
            Add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.Fields.Concat(attribute.Properties).Select(named => named.Argument))) AddArgument(argument);
        }
    }

    private void AddArgument(CustomAttributeArgument argument)
    {
        Add(argument.Type);
        switch (argument.Value)
        {
            case TypeReference type: Add(type); break;
            case CustomAttributeArgument inner: AddArgument(inner); break;
            case CustomAttributeArgument[] inner: foreach (var one in inner) AddArgument(one); break;
        }
    }

    private void Add(TypeReference? type)
    {
        switch (type)
        {
            case null or GenericParameter: break;
            case GenericInstanceType generic: Add(generic.ElementType); foreach (var argument in generic.GenericArguments) Add(argument); break;
            case IModifierType modified: Add(modified.ModifierType); Add(modified.ElementType); break;
            case TypeSpecification specified: Add(specified.ElementType); break;
            default: AddOwn(type); break;
        }
    }

    private void AddOwn(TypeReference type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        if (type is TypeDefinition own && own.Module == module) _found.Add(own);
    }
}
