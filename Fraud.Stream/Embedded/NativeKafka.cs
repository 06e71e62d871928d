using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Fraud.Stream.Embedded;

/// <summary>
/// Tells the Confluent client which librdkafka to load: the copy beside the program, or else the
/// system's. Call <see cref="Load"/> before the first use of the client; later calls do nothing.
/// </summary>
public static class NativeKafka
{
    internal const string Library = "librdkafka.so.1";

    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>Registers the resolver. Safe to call from any thread, any number of times.</summary>
    /// <exception cref="DllNotFoundException">There is no librdkafka: build/setup.sh builds it.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            // Loaded here so that a missing library is reported by name, at start, and not as the
            // client's failure to initialise at the first message.
            NativeLibrary.Load(Library, typeof(NativeKafka).Assembly, searchPath: null);
            NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
            _loaded = true;
        }
    }

    // The client asks for `librdkafka`, then for the builds that its own package would bring
    // (`centos8-librdkafka` and so on), and for `libdl`, whose unversioned name only development
    // packages install.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        "librdkafka" => NativeLibrary.Load(Library, typeof(NativeKafka).Assembly, searchPath: null),
        "libdl" => NativeLibrary.Load("libdl.so.2"),
        _ => 0,
    };
}
