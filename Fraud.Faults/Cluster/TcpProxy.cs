using System.Net;
using System.Net.Sockets;

namespace Fraud.Faults.Cluster;

/// <summary>
/// A way between two programs that can be cut. While it is, bytes wait where they are and connections are taken and lead nowhere, as
/// with a network that drops packets; what waits arrives late. Thread-safe.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    private static readonly Task Whole = Task.CompletedTask;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;
    private TaskCompletionSource? _cut;

    /// <param name="target">Port of this machine that it leads to; need not be open yet.</param>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    public int Port { get; }

    public void Cut()
    {
        lock (_gate)
        {
            _cut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Heal()
    {
        lock (_gate)
        {
            _cut?.SetResult();
            _cut = null;
        }
    }

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

    private Task Healed()
    {
        lock (_gate)
        {
            return _cut?.Task ?? Whole;
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
                    _connections.RemoveWhere(static connection => connection.IsCompleted);
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
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using var server = new TcpClient();
        using (client)
        {
            client.NoDelay = server.NoDelay = true;
            try
            {
                await Healed().WaitAsync(over.Token);
                await server.ConnectAsync(IPAddress.Loopback, _target, over.Token);
                await await Task.WhenAny(
                    Pass(client.GetStream(), server.GetStream(), over.Token), Pass(server.GetStream(), client.GetStream(), over.Token));
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone, and so is the other now.
            }

            await over.CancelAsync();
        }
    }

    private async Task Pass(NetworkStream from, NetworkStream to, CancellationToken over)
    {
        var buffer = new byte[BufferBytes];
        while (await from.ReadAsync(buffer, over) is > 0 and var read)
        {
            await Healed().WaitAsync(over);
            await to.WriteAsync(buffer.AsMemory(0, read), over);
        }

        // The end of a connection does not pass a cut either.
        await Healed().WaitAsync(over);
    }
}
