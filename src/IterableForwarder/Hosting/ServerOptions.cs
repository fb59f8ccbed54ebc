using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Hosting;

/// <summary>What the server takes on.</summary>
internal sealed class ServerOptions
{
    public const string Section = "Server";

    /// <summary>
    /// Connections at once; those beyond are refused until others end. By default what the operating system lets the process open, less what
    /// is open when the server begins to listen and less 100 (<see cref="OpenFiles"/>); without a limit where it does not say.
    /// </summary>
    [Range(1, long.MaxValue, ErrorMessage = "Server__MaxConnections must be at least 1.")]
    public long? MaxConnections { get; set; }
}
