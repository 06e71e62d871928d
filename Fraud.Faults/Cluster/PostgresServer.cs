using System.Globalization;
using Fraud.Cli.Cluster;
using Fraud.Faults.Processes;
using Npgsql;

namespace Fraud.Faults.Cluster;

/// <summary>
/// A PostgreSQL server of faults' and tests' own in a temporary folder, with a fresh database for each that asks. It
/// can be stopped hard and started again, and keeps nothing.
/// </summary>
public class PostgresServer
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fraud-postgres-").FullName;
    private readonly string _binaries = PostgresPrograms.Folder();
    private int _port;
    private int _databases;
    private bool _running;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes the server's files and starts it.</summary>
    public async Task InitializeAsync()
    {
        if (PostgresPrograms.User is { } user)
        {
            await RunAsync("chown", user, _folder);
        }

        await RunServerToolAsync("initdb", "-D", Data, "-U", "fraud", "-A", "trust", "-E", "UTF8", "--no-sync");
        _port = PostgresPrograms.FreePort();
        await StartServerAsync();
    }

    /// <summary>An empty database; returns its connection string.</summary>
    public string CreateDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"fraud_{Interlocked.Increment(ref _databases)}");
        Execute($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public void DropDatabase(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        NpgsqlConnection.ClearAllPools();
        Execute($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    /// <summary>Runs a statement as the server's administrator, outside the database under test.</summary>
    public void Execute(string sql)
    {
        // Writes even while the server is told to be read-only.
        using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Options=-c default_transaction_read_only=off");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the server without a checkpoint, as a crash would: every connection breaks.</summary>
    public async Task StopAsync()
    {
        await RunServerToolAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        _running = false;
    }

    public async Task StartServerAsync()
    {
        // Without fsync: only a crash of the machine would lose something, and after one of the server it starts within
        // seconds, instead of flushing every file of every database first.
        var options = string.Create(CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off");
        await RunServerToolAsync("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", options, "start");
        _running = true;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartServerAsync();
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_running)
        {
            await StopAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=fraud;Database={database};Timeout=5");

    private Task RunServerToolAsync(string tool, params string[] arguments)
    {
        var path = Path.Combine(_binaries, tool);
        return PostgresPrograms.User is { } user
            ? RunAsync("runuser", ["-u", user, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        // No pipes: the server that pg_ctl leaves behind would hold them open.
        var output = Path.Combine(_folder, "tools.log");
        var run = await ProgramRun.ToEnd("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", output, program, .. arguments], _folder);
        if (run.Exit != 0)
        {
            throw new InvalidOperationException($"{program} ended with {run.Exit}: {await File.ReadAllTextAsync(output)}");
        }
    }
}
