using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>SQLite as its package brings it, told once what it can only be told before its first use.</summary>
internal static class NativeSqlite
{
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

            Batteries_V2.Init();
            // Otherwise each row's allocations take a lock of the whole process to count bytes that no one asks for. A
            // library that is in use already refuses, and counts.
            _ = raw.sqlite3_config(ConfigMemStatus, 0);
            _loaded = true;
        }
    }
}
