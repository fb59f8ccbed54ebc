using System.Reflection;

namespace IterableForwarder.Http;

/// <summary>Which version of the service this is.</summary>
internal static class ServiceVersion
{
    /// <summary>Without the commit that the build appends behind a plus sign.</summary>
    public static string Current { get; } = Of(typeof(ServiceVersion).Assembly);

    /// <summary>How the service names itself to Iterable.</summary>
    public static string UserAgent { get; } = $"IterableForwarder/{Current}";

    public static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
