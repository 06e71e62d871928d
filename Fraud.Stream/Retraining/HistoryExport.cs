using Fraud.Stream.Storage;

namespace Fraud.Stream.Retraining;

/// <summary>Stored payments with known labels into a dataset file, page by page: memory does not grow with history.</summary>
public sealed class HistoryExport(IPaymentHistory history)
{
    // About 4 MB in memory, and a few milliseconds of the store.
    private const int PositionsAPage = 8_192;

    /// <summary>Payments of the days from the first up to, and without, the last, in the order of writing.</summary>
    public IEnumerable<HistoryPayment> Read(DateOnly from, DateOnly to, Action<double>? progress, CancellationToken cancellation)
    {
        var head = history.Head();
        for (long after = 0; after < head; after += PositionsAPage)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var payment in history.Read(
                after, Math.Min(head, after + PositionsAPage), TrainingWindow.Ms(from), TrainingWindow.Ms(to)))
            {
                yield return payment;
            }

            progress?.Invoke(Math.Min(1, (double)(after + PositionsAPage) / head));
        }
    }

    /// <summary>Writes the window's dataset, whole or not at all.</summary>
    /// <returns>Payments written.</returns>
    public int Write(TrainingWindow window, string file, Action<double>? progress, CancellationToken cancellation)
    {
        using var writer = new DatasetWriter(file);
        foreach (var payment in Read(window.TrainFrom, window.End, progress, cancellation))
        {
            writer.Add(payment);
        }

        return writer.Complete();
    }
}
