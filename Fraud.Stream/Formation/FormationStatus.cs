namespace Fraud.Stream.Formation;

/// <summary>Whether this node is in a cluster, for its host: readiness asks it, the process's exit code comes from it.</summary>
public sealed class FormationStatus
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FormationEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when this node is up in a cluster.</summary>
    public Task Joined => _joined.Task;

    /// <summary>
    /// Completes when this node is no part of the cluster any more and its actor system ends. It stays open when the process
    /// or its actor system dies without a word.
    /// </summary>
    public Task<FormationEnd> Ended => _ended.Task;

    /// <summary>Of a node whose store is its own: there is nothing to join.</summary>
    public static FormationStatus Alone()
    {
        var status = new FormationStatus();
        status.Join();
        return status;
    }

    internal void Join() => _joined.TrySetResult();

    /// <returns>False: it had ended before, and that reason stands.</returns>
    internal bool End(FormationEnd end) => _ended.TrySetResult(end);
}
