using System.Globalization;
using System.Security.Cryptography;
using Fraud.Cli.Arguments;
using Npgsql;

namespace Fraud.Cli.Cluster;

/// <summary>
/// A PostgreSQL server for trying out: Debian's programs, a data folder of its own, on a free port of this machine
/// only, with a random password.
/// </summary>
internal sealed class OwnPostgres : IDisposable
{
    private const string User = "fraud";

    // Checkpoint and all: on a slow disk.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _server;
    private readonly StreamWriter _log;
    private readonly TimeProvider _time;

    private OwnPostgres(ChildProcess server, StreamWriter log, string connectionString, TimeProvider time)
    {
        (_server, _log, _time) = (server, log, time);
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public ChildProcess Process => _server;

    /// <param name="folder">Made when it is not there; a database in it is used again.</param>
    /// <exception cref="CommandException">It is not installed, or does not start; the message says where its log is.</exception>
    public static async Task<OwnPostgres> Start(string folder, int connections, TimeProvider time, CancellationToken stopping)
    {
        folder = Path.GetFullPath(folder);
        var data = Path.Combine(folder, "postgres");
        var logFile = Path.Combine(folder, "postgres.log");
        var passwordFile = Path.Combine(folder, "postgres.password");
        Directory.CreateDirectory(folder);
        var user = PostgresPrograms.User;
        var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        try
        {
            var binaries = FindBinaries(data);
            var password = await Password(passwordFile, stopping);
            if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            {
                await Create(binaries, data, user, password, log, logFile, stopping);
            }

            var port = PostgresPrograms.FreePort();
            var server = await ChildProcess.Start(
                "postgres",
                [
                    Path.Combine(binaries, "postgres"), "-D", data, "-p", Text(port), "-c", "listen_addresses=127.0.0.1",
                    "-c", "unix_socket_directories=", "-c", $"max_connections={Text(connections)}",
                ],
                new Dictionary<string, string>(),
                user,
                ChildProcess.Interrupt,
                Logged(log));
            var address = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = User,
                Password = password,
                Database = User,
            };
            var postgres = new OwnPostgres(server, log, address.ConnectionString, time);
            try
            {
                await postgres.WaitReady(logFile, stopping);
                return postgres;
            }
            catch
            {
                await server.Stop(ChildProcess.Interrupt, LongestStop, time);
                server.Dispose();
                throw;
            }
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    /// <summary>Forgets how far Kafka was read: the log that the offsets speak of ended with the broker that kept it in memory.</summary>
    public async Task ForgetOffsets(CancellationToken stopping)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var exists = source.CreateCommand(
            "SELECT count(*) = 2 FROM information_schema.columns WHERE column_name = 'next_offset' AND table_name IN ('offsets', 'shards') AND table_schema = 'public'");
        if (await exists.ExecuteScalarAsync(stopping) is true)
        {
            await using var delete = source.CreateCommand("DELETE FROM offsets; UPDATE shards SET next_offset = NULL");
            await delete.ExecuteNonQueryAsync(stopping);
        }
    }

    public Task<bool> Stop() => _server.Stop(ChildProcess.Interrupt, LongestStop, _time);

    public void Dispose()
    {
        _server.Dispose();
        _log.Dispose();
    }

    private async Task WaitReady(string logFile, CancellationToken stopping)
    {
        var started = _time.GetTimestamp();
        var maintenance = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        while (true)
        {
            if (_server.Exited.IsCompleted)
            {
                throw new CommandException($"PostgreSQL ended while it started; {logFile} says why");
            }

            try
            {
                await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
                await connection.OpenAsync(stopping);
                await using var exists = new NpgsqlCommand($"SELECT FROM pg_database WHERE datname = '{User}'", connection);
                await using var create = new NpgsqlCommand($"CREATE DATABASE {User}", connection);
                await using (var found = await exists.ExecuteReaderAsync(stopping))
                {
                    if (await found.ReadAsync(stopping))
                    {
                        return;
                    }
                }

                await create.ExecuteNonQueryAsync(stopping);
                return;
            }
            catch (NpgsqlException error)
            {
                // Not up yet, unless it stays so.
                if (_time.GetElapsedTime(started) > LongestStart)
                {
                    throw new CommandException($"PostgreSQL did not answer within {LongestStart.TotalSeconds:0} s; {logFile} may say why", error);
                }

                await Task.Delay(Retry, _time, stopping);
            }
        }
    }

    private static async Task Create(
        string binaries, string data, string? user, string password, StreamWriter log, string logFile, CancellationToken stopping)
    {
        Directory.CreateDirectory(data);
        await Run(["chmod", "700", data], null, log, logFile, stopping);
        if (user is not null)
        {
            await Run(["chown", user, data], null, log, logFile, stopping);
        }

        // Handed over in a file that only the server's user reads, and that goes at once.
        var handover = Path.Combine(Path.GetTempPath(), $"fraud-{RandomNumberGenerator.GetHexString(16)}");
        try
        {
            await using (var stream = new FileStream(handover, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            await using (var writer = new StreamWriter(stream))
            {
                await writer.WriteLineAsync(password);
            }

            if (user is not null)
            {
                await Run(["chown", user, handover], null, log, logFile, stopping);
            }

            await Run(
                [
                    Path.Combine(binaries, "initdb"), "-D", data, "-U", User, "-A", "scram-sha-256", "--pwfile", handover,
                    "-E", "UTF8", "--locale", "C.UTF-8",
                ],
                user, log, logFile, stopping);
        }
        finally
        {
            File.Delete(handover);
        }
    }

    private static async Task Run(string[] command, string? user, StreamWriter log, string logFile, CancellationToken stopping)
    {
        using var child = await ChildProcess.Start(
            command[0], command, new Dictionary<string, string>(), user, ChildProcess.Terminate, Logged(log));
        if (await child.Exited.WaitAsync(stopping) != 0)
        {
            throw new CommandException(
                $"{Path.GetFileName(command[0])} failed; {logFile} says why (is the folder one that user {user ?? Environment.UserName} can reach?)");
        }
    }

    private static async Task<string> Password(string file, CancellationToken stopping)
    {
        if (File.Exists(file))
        {
            return (await File.ReadAllTextAsync(file, stopping)).Trim();
        }

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(stream);
        await writer.WriteLineAsync(password);
        return password;
    }

    /// <summary>Programs of the version that made the data, else the newest.</summary>
    private static string FindBinaries(string data)
    {
        var version = Path.Combine(data, "PG_VERSION");
        return PostgresPrograms.Folder(File.Exists(version) ? File.ReadAllText(version).Trim() : "*");
    }

    private static Action<string> Logged(StreamWriter log) => line =>
    {
        lock (log)
        {
            log.WriteLine(line);
        }
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
