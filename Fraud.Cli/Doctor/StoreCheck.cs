using System.Data.Common;
using System.Globalization;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Doctor;

/// <summary>Whether the store answers, knows our tables, and agrees about the time.</summary>
internal static class StoreCheck
{
    // Owners of shards and ages of journals are told apart by the stores' and nodes' clocks.
    private static readonly TimeSpan ClockWarning = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClockFailure = TimeSpan.FromSeconds(10);

    // Each payment over HTTP waits for one commit or two.
    private static readonly TimeSpan SlowRoundTrip = TimeSpan.FromMilliseconds(20);

    public static IReadOnlyList<Finding> Run(StorageOptions options, TimeProvider time)
    {
        var where = Where(options);
        try
        {
            var facts = StoreInspector.Inspect(options, time);
            return [Store(where, facts), Clock(facts)];
        }
        catch (Exception error) when (error is StoreUnavailableException or ArgumentException or IOException or UnauthorizedAccessException or DbException)
        {
            // The innermost says what it is; none of them repeats the connection string.
            return
            [
                Finding.Fail(
                    "store", $"{where}: {LibraryCheck.OneLine(error.GetBaseException().Message)}",
                    options.Kind == StoreKind.Postgres
                        ? "check that PostgreSQL runs, and host, database, user and password in Storage:Postgres"
                        : "check that Storage:SqliteFile is a file of this service that its user may write"),
                Finding.Warning("clock", "nothing to compare it with: the store does not answer", "see store above"),
            ];
        }
    }

    private static Finding Store(string where, StoreFacts facts)
    {
        if (facts.SchemaVersion is not { } version)
        {
            return Finding.Ok("store", $"{where}: empty; the first start makes the tables");
        }

        var roundTrip = string.Create(CultureInfo.InvariantCulture, $"round trip {facts.RoundTrip.TotalMilliseconds:0.000} ms");
        if (facts.IsUnfinishedCopy)
        {
            return Finding.Fail(
                "store", $"{where}: a store is being copied into it, or its copy was not finished", "wait for 'fraud store copy', or see docs/upgrade.md");
        }

        if (version > facts.KnownVersion)
        {
            return Finding.Fail(
                "store", string.Create(CultureInfo.InvariantCulture, $"{where}: tables of version {version}; this program knows up to {facts.KnownVersion}"),
                "use the newer program that made them, or another store");
        }

        var tables = version == facts.KnownVersion
            ? string.Create(CultureInfo.InvariantCulture, $"tables of version {version}")
            : string.Create(CultureInfo.InvariantCulture, $"tables of version {version}; the next start brings them to {facts.KnownVersion}");
        return facts.RoundTrip > SlowRoundTrip
            ? Finding.Warning("store", $"{where}: {tables}, {roundTrip}", "put the store nearer: every answer waits for a commit")
            : Finding.Ok("store", $"{where}: {tables}, {roundTrip}");
    }

    private static Finding Clock(StoreFacts facts)
    {
        const string remedy = "run a time service (chrony, systemd-timesyncd) on this machine and the store's";
        if (facts.ClockAhead is not { } ahead)
        {
            return Finding.Ok("clock", "the store uses this machine's");
        }

        var detail = string.Create(CultureInfo.InvariantCulture, $"the store's is {ahead.TotalMilliseconds:0} ms ahead of this machine's");
        return ahead.Duration() > ClockFailure ? Finding.Fail("clock", detail, remedy)
            : ahead.Duration() > ClockWarning ? Finding.Warning("clock", detail, remedy)
            : Finding.Ok("clock", detail);
    }

    /// <summary>The place without who is let in.</summary>
    private static string Where(StorageOptions options)
    {
        if (options.Kind != StoreKind.Postgres)
        {
            return $"SQLite {options.SqliteFile}";
        }

        try
        {
            var connection = new DbConnectionStringBuilder { ConnectionString = options.Postgres };
            return $"PostgreSQL {Part("Host", "localhost")}, database {Part("Database", "of the user's name")}";

            string Part(string name, string otherwise) => connection.TryGetValue(name, out var value) ? (string)value : otherwise;
        }
        catch (ArgumentException)
        {
            return "PostgreSQL";
        }
    }
}
