namespace Fraud.Cli.Feed;

/// <summary>Where payments go. One thread feeds; <see cref="Totals"/> may be read from any.</summary>
public interface IPaymentFeeder : IAsyncDisposable
{
    FeedTotals Totals { get; }

    /// <summary>Takes over the payment's content; waits while the service is behind.</summary>
    ValueTask SendAsync(FeedPayment payment, CancellationToken stopping);

    /// <summary>Waits until the service has taken everything that was sent.</summary>
    Task CompleteAsync(CancellationToken stopping);
}
