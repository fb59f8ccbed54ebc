using System.Reflection;
using System.Runtime.CompilerServices;
using Iterable.Client;
using Iterable.Sandbox;
using IterableForwarder.Hosting;

namespace IterableForwarder.Tests.Architecture;

public sealed class TypeTests
{
    private static readonly Assembly[] Assemblies = [typeof(ForwarderHost).Assembly, typeof(IterableClient).Assembly, typeof(SandboxServer).Assembly];

    private static IEnumerable<Type> Types => Assemblies.SelectMany(a => a.GetTypes()).Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute), false) && !t.Name.Contains('<'));

    /// <summary>Whatever nobody derives from is sealed; a type that is derived from is abstract, or a base on purpose.</summary>
    [Fact]
    public void Classes_without_derived_classes_are_sealed()
    {
        var bases = Types.Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t).ToHashSet();
        var open = Types.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(t) && !IsGenerated(t));

        Assert.Empty(open.Select(t => t.FullName));
    }

    [Fact]
    public void Nothing_of_the_service_is_public() =>
        Assert.Empty(typeof(ForwarderHost).Assembly.GetExportedTypes().Where(t => !IsGenerated(t)).Select(t => t.FullName));

    private static bool IsGenerated(Type type) => type.Namespace is null || !Assemblies.Any(a => type.Namespace.StartsWith(a.GetName().Name!, StringComparison.Ordinal));
}
