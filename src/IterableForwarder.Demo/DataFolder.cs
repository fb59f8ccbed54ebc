using Microsoft.Data.Sqlite;

namespace IterableForwarder.Demo;

/// <summary>Where the demo keeps its data: a folder that was named, or a temporary one that goes with the demo.</summary>
internal sealed class DataFolder(string? named) : IDisposable
{
    public bool IsKept => named is not null;

    public string Path { get; } = named is null ? Directory.CreateTempSubdirectory("iterable-forwarder-demo-").FullName : System.IO.Path.GetFullPath(named);

    public void Dispose()
    {
        if (IsKept) return;
        // readers that wait in the pool keep the file open
        SqliteConnection.ClearAllPools();
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // somebody looks at it; a temporary folder may stay
        }
    }
}
