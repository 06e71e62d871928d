using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Edge;

/// <summary>Reads of a request's body. Never by a token: a read that ends so while the connection ends leaves Kestrel's reader in a state in which it cannot drain the rest.</summary>
internal static class BodyRead
{
    /// <summary>What has come, once there is more. Ends with the connection.</summary>
    /// <exception cref="CallerLeftException">The connection, or its stream, ended in mid-body.</exception>
    /// <exception cref="BadHttpRequestException">The body cannot be read on.</exception>
    public static async ValueTask<ReadResult> Next(PipeReader body)
    {
        try
        {
            return await body.ReadAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is (IOException or OperationCanceledException) and not BadHttpRequestException)
        {
            throw new CallerLeftException(error);
        }
    }

    /// <summary>A read that waits for bytes gives what there is, as canceled. For timers and signals, which must not throw.</summary>
    public static void End(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone, or the request is over: the read ends with it.
        }
    }
}
