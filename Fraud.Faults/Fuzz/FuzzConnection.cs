using System.Net;
using System.Net.Sockets;

namespace Fraud.Faults.Fuzz;

/// <summary>Sends requests as they are, one after the other. One thread.</summary>
/// <param name="from">Its own address of this machine, so that the callers of a run do not share one rate.</param>
internal sealed class FuzzConnection(IPEndPoint server, IPAddress from) : IDisposable
{
    // Longer than anything the server lets a slow caller have in these runs, and than its own deadline.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What is complete is answered by then; who waits longer waits for bytes that will not come.
    private static readonly TimeSpan Complete = TimeSpan.FromMilliseconds(150);

    // So many of those that wait are left to the server's own limits, so many leave with a reset; the others send no more.
    private const int PatientEvery = 40;
    private const int RudeEvery = 3;

    private Socket? _socket;

    public FuzzAnswer Send(FuzzRequest request)
    {
        if (request.IsMisframed)
        {
            Drop();
        }

        try
        {
            var isFresh = _socket is null;
            _socket ??= Connect();
            var answer = Exchange(_socket, request);
            if (answer is { Status: 0, IsTimeout: false } && !isFresh)
            {
                // The server may close a connection that waits; only on a fresh one it owes an answer.
                Drop();
                _socket = Connect();
                answer = Exchange(_socket, request);
            }

            if (request.IsMisframed || answer.Closes || answer.Status == 101 || answer["content-type"]?.StartsWith("text/event-stream", StringComparison.Ordinal) == true)
            {
                Drop();
            }

            return answer;
        }
        catch
        {
            Drop();
            throw;
        }
    }

    public void Dispose() => Drop();

    private static FuzzAnswer Exchange(Socket socket, FuzzRequest request)
    {
        try
        {
            socket.Send(request.Bytes);
            if (request.IsMisframed && request.Number % PatientEvery != 0 && !socket.Poll(Complete, SelectMode.SelectRead))
            {
                if (request.Number % RudeEvery == 0)
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    socket.Close();
                    return FuzzAnswer.Closed;
                }

                // No more will come, whatever the head says.
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // Refused before all was sent; the answer may still be there.
        }

        try
        {
            return new FuzzAnswerReader(buffer => socket.Receive(buffer)).Read(request.IsHead);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return FuzzAnswer.Hang;
        }
        catch (SocketException)
        {
            return FuzzAnswer.Closed;
        }
    }

    private Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            socket.Connect(server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Drop()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
