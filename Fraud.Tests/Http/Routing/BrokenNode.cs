using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fraud.Tests.Http.Routing;

/// <summary>An owner that takes connections and reads, and then says nothing or breaks off.</summary>
public sealed class BrokenNode : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _breaksOff;
    private readonly Task _run;

    public BrokenNode(bool breaksOff)
    {
        _breaksOff = breaksOff;
        _listener.Start();
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _run = Task.Run(Run);
    }

    public string Address { get; }

    /// <summary>Completes when a request has come.</summary>
    public Task Asked => _asked.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task Run()
    {
        var open = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                open.Add(client);
                _ = await client.GetStream().ReadAtLeastAsync(new byte[64], 64, throwOnEndOfStream: false, _stopping.Token);
                _asked.TrySetResult();
                if (_breaksOff)
                {
                    // As a killed process does: reset, not closed.
                    client.LingerState = new LingerOption(true, 0);
                    client.Close();
                }
            }
        }
        finally
        {
            open.ForEach(static client => client.Dispose());
        }
    }
}
