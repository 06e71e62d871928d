using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>
/// Loads SQLite: the system's where there is one, else the copy that comes with the binding.
/// </summary>
/// <remarks>
/// The copy was built without usleep. Wherever SQLite waits a moment for another connection, such as for a slot to
/// read the log by, that copy waits for a second, and every commit with it.
/// </remarks>
internal static class NativeSqlite
{
    private const string System = "libsqlite3.so.0";

    // SQLITE_CONFIG_MEMSTATUS, which the binding does not name.
    private const int ConfigMemStatus = 9;

    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>Safe to call from any thread, any number of times.</summary>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            Batteries_V2.Init();
            // Else each row's allocations take a lock of the whole process to count bytes that nobody asks for. A
            // library that somebody used before cannot be told any more, and counts.
            _ = raw.sqlite3_config(ConfigMemStatus, 0);
            _loaded = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad(System, out var library) ? library : 0;
}
