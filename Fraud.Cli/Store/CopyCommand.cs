using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Stream.CardNumbers;
using Fraud.Stream.Storage;
using Fraud.Stream.Storage.Copy;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Fraud.Cli.Store;

/// <summary><c>fraud store copy</c>: moves a SQLite store into an empty PostgreSQL database.</summary>
internal static class CopyCommand
{
    private const string Setting = $"{StorageOptions.Section}__{nameof(StorageOptions.Postgres)}";

    // Who waits sees that it goes on; a small store says nothing.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var to = new Option<string>("--to")
        {
            Description = $"connection string of an empty PostgreSQL database; else {Setting} of the environment. A password belongs there, or into PGPASSWORD",
            HelpName = "STRING",
        };
        var data = new Option<string>("--data") { Description = "folder of the SQLite file; else that of the configuration", HelpName = "DIR" };
        var isDry = Options.Flag("--dry-run", "look at both stores and count rows; change nothing");
        var json = Options.Json();
        var command = new Command(
            "copy", "Move a SQLite store into PostgreSQL, and read all of it back. Stop the service first; a service takes the copy only once it is whole.")
        {
            to, data, isDry, json,
        };
        command.SetAction((arguments, stop) =>
        {
            var settings = StoreArguments.Configuration().GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
            var target = Target(arguments.GetValue(to) ?? settings.Postgres);
            settings.Kind = StoreKind.Sqlite;
            settings.SqliteFile = arguments.GetValue(data) is { } folder ? Path.Combine(folder, "fraud.db") : settings.SqliteFile;
            if (!File.Exists(settings.SqliteFile))
            {
                throw new CommandException($"{settings.SqliteFile}: expected a store; --data names another");
            }

            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var (isCounted, started) = (arguments.GetValue(isDry), Stopwatch.GetTimestamp());
            var report = Run(() => isCounted
                ? StoreCopy.Count(settings, target, stop)
                : StoreCopy.Run(settings, target, TimeProvider.System, Progress(error), stop));
            output.WriteLine(arguments.GetValue(json) ? Json(report, isCounted) : Lines(report, isCounted, Stopwatch.GetElapsedTime(started)));
            if (!isCounted && TokenKeySource.OwnFile(settings) is { } key && File.Exists(key))
            {
                error.WriteLine($"The service needs the key of {key} from now on as CardNumbers__TokenKey: with another it does not know repeats of before.");
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static string Target(string connection)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new UsageException($"--to: expected a connection string of PostgreSQL, or {Setting} in the environment");
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(connection).Host is { Length: > 0 } ? connection : throw Expected(null);
        }
        catch (ArgumentException error)
        {
            throw Expected(error);
        }

        // Never what was given, which may hold a password.
        static UsageException Expected(Exception? _) => new("--to: expected a connection string such as Host=db;Username=fraud;Database=fraud");
    }

    private static CopyReport Run(Func<CopyReport> work)
    {
        try
        {
            return work();
        }
        catch (StoreCopyException error)
        {
            throw new CommandException(error.Message, error);
        }
        catch (StoreUnavailableException error)
        {
            throw new CommandException($"expected stores that answer ({error.Message} {error.InnerException?.Message})", error);
        }
        catch (OperationCanceledException error)
        {
            throw new CommandException("ended before all was copied; no service takes what is there: empty the database and copy again (docs/upgrade.md)", error);
        }
    }

    private static Action<CopyProgress> Progress(TextWriter error)
    {
        var last = Stopwatch.GetTimestamp();
        return at =>
        {
            if (Stopwatch.GetElapsedTime(last) >= Between)
            {
                last = Stopwatch.GetTimestamp();
                error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{at.Table}: {at.Rows:N0} rows {(at.Step == CopyStep.Copy ? "copied" : "read back")}"));
            }
        };
    }

    private static string Lines(CopyReport report, bool isDry, TimeSpan took) => string.Join('\n',
    [
        .. report.Tables.Select(static table => string.Create(CultureInfo.InvariantCulture, $"{table.Table}: {table.Rows:N0} rows")),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Tables.Sum(static table => table.Rows):N0} rows of {report.Tables.Count} tables {(isDry ? "to copy; nothing was changed" : $"copied and read back in {took.TotalSeconds:0.0} s")}"),
    ]);

    private static string Json(CopyReport report, bool isDry) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["copied"] = !isDry,
        ["rows"] = report.Tables.Sum(static table => table.Rows),
        ["tables"] = report.Tables.Select(static table => new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["table"] = table.Table,
            ["rows"] = table.Rows,
            ["digest"] = table.Digest,
        }),
    });
}
