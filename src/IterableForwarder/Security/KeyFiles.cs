using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace IterableForwarder.Security;

/// <summary>
/// The files of the key ring, one for each key. Each is synced with its folder before it is used: the database that it encrypts for is synced too,
/// and a power cut must not keep the one and lose the other. A file that cannot be read is left out: what it encrypted is unreadable, the rest is not.
/// </summary>
internal sealed class KeyFiles(string folder, ILogger<KeyFiles> log) : IXmlRepository
{
    private const string Extension = ".xml";
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>Files that the log has named: the ring is read again and again.</summary>
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    public IReadOnlyCollection<XElement> GetAllElements() =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, $"*{Extension}").Select(Read).OfType<XElement>()] : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        CreateFolder();
        var file = Path.Combine(folder, friendlyName + Extension);
        var unfinished = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnersFile;
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(element.ToString()));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, file);
        FolderSync.Sync(folder);
        FolderSync.Sync(Path.GetDirectoryName(folder)!);
    }

    private XElement? Read(string file)
    {
        try
        {
            return XElement.Load(file);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            if (_reported.TryAdd(file, true)) SecurityLog.KeyFileUnreadable(log, file, e.Message);
            return null;
        }
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnersFolder);
    }

    /// <summary>Makes the names in a folder durable, which .NET has no call for. Windows does it by itself.</summary>
    private static class FolderSync
    {
        private const int ReadOnly = 0;

        public static void Sync(string folder)
        {
            if (OperatingSystem.IsWindows()) return;
            var handle = Open(folder, ReadOnly);
            // a file system that cannot open or sync a folder gives no better promise
            if (handle < 0) return;
            _ = Fsync(handle);
            _ = Close(handle);
        }

        [DllImport("libc", EntryPoint = "open")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Fsync(int handle);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Close(int handle);
    }
}
