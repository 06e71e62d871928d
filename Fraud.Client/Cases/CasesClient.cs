using System.Net;
using System.Runtime.CompilerServices;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>Flagged payments, and what people decide about them.</summary>
public sealed class CasesClient
{
    private const string One = "api/v1/anomalies/";

    private static readonly Address any = "api/v1/anomaly";

    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal CasesClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>A page of flagged payments; <see cref="EnumerateAnomaliesAsync"/> goes through all of them.</summary>
    /// <param name="query">Which; null: all, the latest first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<FlaggedPaymentPage> ListAnomaliesAsync(AnomalyQuery? query = null, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get((query ?? new AnomalyQuery()).Address), _json.FlaggedPaymentPage, cancellation);

    /// <summary>All flagged payments that a query finds, page by page as they are taken; payments that arrive meanwhile do not shift it.</summary>
    /// <inheritdoc cref="ListAnomaliesAsync"/>
    public async IAsyncEnumerable<FlaggedPayment> EnumerateAnomaliesAsync(
        AnomalyQuery? query = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var next = query ?? new AnomalyQuery(); ;)
        {
            var page = await ListAnomaliesAsync(next, cancellation).ConfigureAwait(false);
            foreach (var payment in page.Data)
            {
                yield return payment;
            }

            if (page.NextCursor is null)
            {
                yield break;
            }

            // The service takes the one or the other.
            next = next with { Cursor = page.NextCursor, Offset = null };
        }
    }

    /// <summary>One flagged payment with the token that stands for its card, and what was done about it.</summary>
    /// <param name="transactionId">Ids "." and ".." go to <see cref="GetAnomalyByQueryAsync"/>.</param>
    /// <param name="ifNoneMatch"><see cref="FlaggedPaymentDetail.ETag"/> of what you have; null: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when what you have is all there is.</returns>
    /// <exception cref="FraudApiException">There is no such flagged payment, or no answer.</exception>
    public Task<FlaggedPaymentDetail?> GetAnomalyAsync(
        string transactionId, string? ifNoneMatch = null, CancellationToken cancellation = default) =>
        Get(One + Address.Segment(transactionId), ifNoneMatch, cancellation);

    /// <summary>The same, for ids that no path can carry: "..", or one with slashes behind a proxy that changes them.</summary>
    /// <inheritdoc cref="GetAnomalyAsync"/>
    public Task<FlaggedPaymentDetail?> GetAnomalyByQueryAsync(
        string transactionId, string? ifNoneMatch = null, CancellationToken cancellation = default) =>
        Get(any.With("transaction_id", transactionId), ifNoneMatch, cancellation);

    /// <summary>
    /// Stores a decision about a flagged payment, the record of who made it, and a label where it says whether it was a fraud;
    /// all or nothing. Not sent again when it is not known whether it was stored: read the case again.
    /// </summary>
    /// <param name="transactionId">Ids "." and ".." go to <see cref="UpdateAnomalyByQueryAsync"/>.</param>
    /// <param name="change">What is to become of it.</param>
    /// <param name="ifMatch">
    /// <see cref="FlaggedPaymentDetail.ETag"/> of the case as you read it: refused with 412 when someone changed it since. Null: whatever
    /// it is now.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<StatusChanged> UpdateAnomalyAsync(
        string transactionId, StatusChange change, string? ifMatch = null, CancellationToken cancellation = default) =>
        Update(One + Address.Segment(transactionId), change, ifMatch, cancellation);

    /// <summary>The same, for ids that no path can carry: "..", or one with slashes behind a proxy that changes them.</summary>
    /// <inheritdoc cref="UpdateAnomalyAsync"/>
    public Task<StatusChanged> UpdateAnomalyByQueryAsync(
        string transactionId, StatusChange change, string? ifMatch = null, CancellationToken cancellation = default) =>
        Update(any.With("transaction_id", transactionId), change, ifMatch, cancellation);

    private Task<FlaggedPaymentDetail?> Get(Address address, string? ifNoneMatch, CancellationToken cancellation)
    {
        var call = ApiCall.Get(address).With("If-None-Match", ifNoneMatch) with { AlsoAnswers = ifNoneMatch is null ? null : HttpStatusCode.NotModified };
        return _exchange.Send(
            call,
            async (response, stopping) => response.StatusCode == HttpStatusCode.NotModified
                ? null
                : await Exchange.Read(response, _json.FlaggedPaymentDetail, stopping).ConfigureAwait(false) with { ETag = TagOf(response) },
            cancellation);
    }

    private Task<StatusChanged> Update(Address address, StatusChange change, string? ifMatch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        var call = new ApiCall(HttpMethod.Put, address).With(change, _json.StatusChange).With("If-Match", ifMatch).Once();
        return _exchange.Send(
            call,
            async (response, stopping) =>
                await Exchange.Read(response, _json.StatusChanged, stopping).ConfigureAwait(false) with { ETag = TagOf(response) },
            cancellation);
    }

    // Without the W/ of a proxy that compresses: a weak tag is no condition of a change, and the case's version is in it all the same.
    private static string TagOf(HttpResponseMessage response) => response.Headers.ETag?.Tag ?? "";
}
