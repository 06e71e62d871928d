using Fraud.Http.Problems;
using Fraud.Stream.Cases;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;

namespace Fraud.Http.Cases;

/// <summary>
/// Puts questions to the store: its calls block, so they run beside the requests' threads, as many at once as it has
/// connections for reading. Thread-safe.
/// </summary>
internal sealed class CaseReads(IFraudStore store, StorageOptions options, GraphStatus graph) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.ReadConnections);

    public static Problem Away { get; } = new(
        503, "Service Unavailable", "The store is away or busy, and the question could not be answered in time. Ask again later, or for less: from, to, limit.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>A read by id of a payment that was accepted, and whose row the database refuses.</summary>
    public static Problem Refused { get; } = new(
        503, "Service Unavailable",
        "The payment was accepted, answered and counted, and the database refused its row: there is nothing to show before an operator has it tried again ('fraud store refused --retry').")
    {
        // Someone has to change something first.
        RetryAfter = TimeSpan.FromMinutes(1),
    };

    /// <exception cref="StoreUnavailableException">Also when it is not open yet, or when too many ask.</exception>
    public async Task<T> Run<T>(Func<ICaseStore, T> read, CancellationToken cancellation)
    {
        if (graph.State is GraphState.Starting)
        {
            throw new StoreUnavailableException("The store is not open yet.", new IOException());
        }

        if (!await _free.WaitAsync(options.ReadTimeout, cancellation))
        {
            throw new StoreUnavailableException("Too many questions wait.", new TimeoutException());
        }

        try
        {
            return await Task.Run(() => read(store.Cases), cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
