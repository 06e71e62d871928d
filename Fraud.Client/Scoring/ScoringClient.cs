using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>Scores of payments: one, many, or a stream of them. A payment is counted once, however often it is sent.</summary>
public sealed class ScoringClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal ScoringClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>Scores one payment. When this returns, the result is stored.</summary>
    /// <param name="payment">It gets an id if it has none, so that a repeat is known as one.</param>
    /// <param name="options">What else is wanted; null: nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<Score> PredictAsync(Payment payment, PredictOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payment);
        return _exchange.Json(Call("predict", options).With(Identified(payment), _json.Payment), _json.Score, cancellation);
    }

    /// <summary>Scores up to 1,000 payments (the service's limit) in one request; wrong ones are in the result's errors.</summary>
    /// <param name="payments">In any order; the results are in theirs.</param>
    /// <param name="batchId">Comes back with the result; null: none.</param>
    /// <param name="options">What else is wanted; null: nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">The whole batch was refused, or not answered.</exception>
    public Task<BatchResult> PredictBatchAsync(
        IEnumerable<Payment> payments, string? batchId = null, PredictOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payments);
        var body = new BatchBody(batchId, [.. payments.Select(Identified)]);
        return _exchange.Json(Call("predict/batch", options).With(body, _json.BatchBody), _json.BatchResult, cancellation);
    }

    /// <summary>
    /// Scores payments as they come, for as long as they come, and answers each in their order. What is not taken from the
    /// result slows down what is taken from <paramref name="payments"/>; where the service is full, both wait. A service that
    /// stops in between is asked again: no payment is left out, and none is counted twice.
    /// </summary>
    /// <remarks>
    /// Payments travel in requests of as many lines as have come while the one before was answered, 128 at most: over HTTP/1.1
    /// .NET reads no answer before all of a request is sent.
    /// </remarks>
    /// <exception cref="FraudApiException">The stream was refused, or not answered.</exception>
    public IAsyncEnumerable<LineResult> PredictStreamAsync(IAsyncEnumerable<Payment> payments, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(payments);
        return new PaymentStream(_exchange).Score(payments, cancellation);
    }

    /// <summary>With an id a repeat is known as one. Ids that ascend are quicker to store than random ones.</summary>
    internal static Payment Identified(Payment payment) => payment.TransactionId is null
        ? payment with { TransactionId = Guid.CreateVersion7().ToString("n") }
        : payment;

    private static ApiCall Call(Address address, PredictOptions? options) => ApiCall.Post(address.With("explain", options is { Explain: true } ? "true" : null))
        .With(Headers.IdempotencyKey, Headers.Quoted(options?.IdempotencyKey))
        .With(Headers.Timeout, options?.TimeoutText);
}

internal sealed record BatchBody(string? BatchId, IReadOnlyList<Payment> Transactions);
