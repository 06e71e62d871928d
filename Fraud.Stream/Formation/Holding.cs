namespace Fraud.Stream.Formation;

/// <summary>A lease that is held: since when it is known to be, and who hears when it is lost. Safe from any thread.</summary>
internal sealed class Holding : IDisposable
{
    private readonly Action<Exception> _lost;
    private readonly CancellationTokenSource _ended;
    private readonly Lock _ending = new();
    private long _renewedAt;
    private bool _disposed;

    /// <param name="asked">When it was asked for, by the monotonic clock.</param>
    public Holding(long asked, Action<Exception> lost, CancellationToken stopping)
    {
        _renewedAt = asked;
        _lost = lost;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
    }

    /// <summary>When the last renewal that succeeded was asked for.</summary>
    public long RenewedAt
    {
        get => Volatile.Read(ref _renewedAt);
        set => Volatile.Write(ref _renewedAt, value);
    }

    /// <summary>It is not to be renewed any more.</summary>
    public CancellationToken Ended { get; }

    public void Lost(Exception reason) => _lost(reason);

    public void End()
    {
        lock (_ending)
        {
            if (!_disposed)
            {
                _ended.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_ending)
        {
            _disposed = true;
            _ended.Dispose();
        }
    }
}
