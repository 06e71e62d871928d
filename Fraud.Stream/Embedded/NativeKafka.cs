using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Fraud.Stream.Embedded;

/// <summary>
/// The librdkafka that the Confluent client loaded, for what its binding does not offer. The client's package brings several
/// builds, of which it takes the first that loads here: on Debian the one that needs nothing but libc.
/// </summary>
internal static class NativeKafka
{
    /// <summary>The name that imports of this project give.</summary>
    internal const string Imported = "librdkafka";

    private static readonly Lazy<nint> Client = new(Find);

    /// <summary>Lets imports find the client's library. Call it before the first of them; later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">No build of the library loads on this machine.</exception>
    public static void Load() => _ = Client.Value;

    private static nint Find()
    {
        // Asking for its version makes the client load it.
        _ = Library.VersionString;
        using var process = Process.GetCurrentProcess();
        var file = process.Modules.Cast<ProcessModule>()
            .Select(static module => module.FileName)
            .FirstOrDefault(static file => Path.GetFileName(file).Contains(Imported, StringComparison.Ordinal))
            ?? throw new DllNotFoundException("The Kafka client loaded no librdkafka that this process can see.");
        var library = NativeLibrary.Load(file);
        NativeLibrary.SetDllImportResolver(
            typeof(NativeKafka).Assembly, (name, _, _) => name == Imported ? library : 0);
        return library;
    }
}
