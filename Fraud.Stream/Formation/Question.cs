namespace Fraud.Stream.Formation;

/// <summary>One question to the store: given up after a time, and when who asks is stopping.</summary>
internal sealed class Question : IDisposable
{
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _either;

    public Question(TimeSpan timeout, TimeProvider time, CancellationToken stopping)
    {
        _late = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, stopping);
    }

    public CancellationToken Stopping => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _late.Dispose();
    }
}
