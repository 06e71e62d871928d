using System.Net.Sockets;
using HdrHistogram;

namespace Fraud.Benchmarks.Load;

/// <summary>
/// One connection on a thread of its own: a blocking send and receive cost a fraction of what asynchronous
/// ones do, and what the load takes from the machine it takes from the service beside it.
/// </summary>
internal sealed class LoadConnection(LoadOptions options, RequestTemplate template, Arrivals arrivals)
{
    private readonly byte[] _request = new byte[template.Length];
    private byte[] _response = new byte[16 * 1024];
    private Socket? _socket;

    public HistogramBase Accepted { get; } = Latencies.NewHistogram();

    public HistogramBase Shed { get; } = Latencies.NewHistogram();

    public HistogramBase Failed { get; } = Latencies.NewHistogram();

    public HistogramBase Unanswered { get; } = Latencies.NewHistogram();

    public VersionRuns Versions { get; } = new();

    public void Run(CancellationToken stopping)
    {
        template.Prepare(_request);
        using var closing = stopping.Register(() => _socket?.Dispose());
        while (arrivals.TryTake(out var number, out var due, stopping))
        {
            template.Number(_request, number);
            var outcome = Send();
            outcome.Record(arrivals.Elapsed - due);
        }

        _socket?.Dispose();
    }

    private HistogramBase Send()
    {
        var sent = false;
        try
        {
            _socket ??= Connect();
            _socket.Send(_request);
            sent = true;
            var response = Receive(_socket);
            if (response.Close)
            {
                Drop();
            }

            return response.Status switch
            {
                >= 200 and < 300 => Accepted,
                429 or 503 => Shed,
                _ => Failed,
            };
        }
        catch (Exception failure) when (failure is SocketException or InvalidDataException or ObjectDisposedException)
        {
            Drop();
            return sent && failure is not InvalidDataException ? Unanswered : Failed;
        }
    }

    private Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)options.Timeout.TotalMilliseconds,
            SendTimeout = (int)options.Timeout.TotalMilliseconds,
        };
        try
        {
            socket.Connect(options.Address.DnsSafeHost, options.Address.Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ResponseHead Receive(Socket socket)
    {
        var received = 0;
        while (true)
        {
            if (received == _response.Length)
            {
                // Answers to batches are long; one of 16 MB is none of the service's.
                if (received >= 16 * 1024 * 1024)
                {
                    throw new InvalidDataException("expected a response of at most 16 MB");
                }

                Array.Resize(ref _response, received * 2);
            }

            var read = socket.Receive(_response, received, _response.Length - received, SocketFlags.None);
            if (read == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            received += read;
            if (ResponseHead.TryParse(_response.AsSpan(0, received), out var response, out _))
            {
                if (options.CountVersions && response.Status == 200)
                {
                    Versions.Add(_response.AsSpan(0, received), arrivals.Elapsed);
                }

                return response;
            }
        }
    }

    private void Drop()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
