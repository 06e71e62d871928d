using System.IO.Pipelines;

namespace Fraud.Http.Edge;

/// <summary>Ends a read of a request's body that waits for bytes.</summary>
internal static class PendingRead
{
    /// <summary>The read gives what there is, as canceled. For timers and signals, which must not throw.</summary>
    /// <remarks>
    /// Never instead of aborting a connection, and no read of a body takes a token: a read that ends so while the
    /// connection ends leaves Kestrel's reader in a state in which it cannot drain the rest.
    /// </remarks>
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
