using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Fraud.Tests.Support;

/// <summary>
/// Stands between Npgsql and a PostgreSQL server and does something to one commit of pages: so the two faults that a client cannot tell from each
/// other, and the one that leaves locks behind, can be had at will. What comes before and after is passed on. Thread-safe.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private const int SslRequest = 80877103;
    private const int EncryptionRequest = 80877104;
    private const int LargestMessage = 64 << 20;

    // Of the statement that commits; parsed once a connection, then bound by its name.
    private static readonly byte[] Commit = [.. "commit_pages"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DnsEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private Fault? _next;

    /// <param name="server">Connection string of the database itself.</param>
    public PostgresProxy(string server)
    {
        var connection = new NpgsqlConnectionStringBuilder(server);
        _server = new DnsEndPoint(connection.Host!, connection.Port);
        _listener.Start();
        connection.Host = "127.0.0.1";
        connection.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        // It has to be able to read.
        connection.SslMode = SslMode.Disable;
        ConnectionString = connection.ConnectionString;
        _accepting = Accept();
    }

    private enum FaultKind
    {
        LoseRequest,
        LoseReply,
        Hold,
    }

    /// <summary>Of the same database, by way of this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>The next commit of pages does not reach the server: the connection is cut instead.</summary>
    /// <returns>Completes when it was done.</returns>
    public Task LoseNextCommit() => Arm(FaultKind.LoseRequest);

    /// <summary>The next commit of pages is carried out: the connection is cut when the server answers, and the answer is thrown away.</summary>
    /// <returns>Completes when it was done.</returns>
    public Task LoseReplyToNextCommit() => Arm(FaultKind.LoseReply);

    /// <summary>The next commit of pages does not reach the server, which hears nothing more, as of a process that stands still.</summary>
    /// <returns>Completes when it is held.</returns>
    public Task HoldNextCommit() => Arm(FaultKind.Hold);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        _stop.Dispose();
    }

    private Task Arm(FaultKind kind)
    {
        var fault = new Fault(kind);
        lock (_gate)
        {
            _next = fault;
        }

        return fault.Done.Task;
    }

    private Fault? Take()
    {
        lock (_gate)
        {
            var fault = _next;
            _next = null;
            return fault;
        }
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                lock (_gate)
                {
                    _connections.Add(Serve(client));
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var server = new TcpClient();
        using (client)
        {
            // To cut is to reset: nothing that is still in buffers arrives.
            client.LingerState = new LingerOption(true, 0);
            client.NoDelay = server.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, cut.Token);
                var connection = new Connection(client.GetStream(), server.GetStream());
                await await Task.WhenAny(Requests(connection, cut.Token), Replies(connection, cut.Token));
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone, and so is the other now.
            }

            await cut.CancelAsync();
        }
    }

    /// <summary>Message by message; returns when the connection is to be cut.</summary>
    private async Task Requests(Connection connection, CancellationToken cut)
    {
        var isStarted = false;
        while (true)
        {
            // The first messages have no type.
            var header = new byte[isStarted ? 5 : 4];
            await connection.Client.ReadExactlyAsync(header, cut);
            var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(header.Length - 4)) - 4;
            if (length is < 0 or > LargestMessage)
            {
                throw new IOException($"{length} B is not the length of a message.");
            }

            var body = new byte[length];
            await connection.Client.ReadExactlyAsync(body, cut);
            if (isStarted && header[0] == 'P' && body.AsSpan().IndexOf(Commit) >= 0)
            {
                connection.Statement = NameIn(body);
            }

            if (isStarted && header[0] == 'B' && connection.Statement is { } statement && NameIn(body.AsSpan(NameIn(body).Length + 1)) == statement && Take() is { } fault)
            {
                if (fault.Kind == FaultKind.LoseReply)
                {
                    connection.Lost = fault;
                }
                else
                {
                    fault.Done.SetResult();
                    if (fault.Kind == FaultKind.LoseRequest)
                    {
                        return;
                    }

                    await Task.Delay(Timeout.Infinite, cut);
                }
            }

            isStarted = isStarted || BinaryPrimitives.ReadInt32BigEndian(body) is not (SslRequest or EncryptionRequest);
            await connection.Server.WriteAsync((byte[])[.. header, .. body], cut);
        }
    }

    private static string NameIn(ReadOnlySpan<byte> message) => System.Text.Encoding.UTF8.GetString(message[..message.IndexOf((byte)0)]);

    /// <summary>Byte by byte; returns when the connection is to be cut.</summary>
    private static async Task Replies(Connection connection, CancellationToken cut)
    {
        var buffer = new byte[64 << 10];
        while (await connection.Server.ReadAsync(buffer, cut) is > 0 and var read)
        {
            // All that was asked before is answered before a client commits.
            if (connection.Lost is { } fault)
            {
                fault.Done.SetResult();
                return;
            }

            await connection.Client.WriteAsync(buffer.AsMemory(0, read), cut);
        }
    }

    private sealed record Fault(FaultKind Kind)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Connection(NetworkStream Client, NetworkStream Server)
    {
        private Fault? _lost;

        /// <summary>Name of the statement that commits.</summary>
        public string? Statement { get; set; }

        /// <summary>Of the commit that the server is carrying out.</summary>
        public Fault? Lost
        {
            get => Volatile.Read(ref _lost);
            set => Volatile.Write(ref _lost, value);
        }
    }
}
