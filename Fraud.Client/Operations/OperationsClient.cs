using System.Runtime.CompilerServices;
using System.Text.Json;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>For those who run the service, and for other systems: figures, cluster, audit log, webhooks.</summary>
public sealed class OperationsClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal OperationsClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>The asked node's latency, throughput and fraud rate over its last thousand payments, its totals and its condition.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ServiceStats> GetStatsAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("stats"), _json.ServiceStats, cancellation);

    /// <summary>All metrics of the asked node in Prometheus' text format.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<string> GetMetricsAsync(CancellationToken cancellation = default) => _exchange.Text(ApiCall.Get("metrics"), cancellation);

    /// <summary>The cluster as the asked node sees it: who serves which shard, and how far behind Kafka it is.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<ClusterReport> GetClusterReportAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("cluster"), _json.ClusterReport, cancellation);

    /// <summary>A page of the audit log of all nodes, newest first; <see cref="EnumerateAuditEntriesAsync"/> goes through all of it.</summary>
    /// <param name="limit">How many a page may have, 1 to 1000; null: the service's default.</param>
    /// <param name="before"><see cref="AuditPage.NextBefore"/> of the page before; null: the first page.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<AuditPage> ListAuditEntriesAsync(int? limit = null, long? before = null, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(new Address("api/v1/audit").With("limit", limit).With("before", before)), _json.AuditPage, cancellation);

    /// <summary>The whole audit log, newest first, page by page as it is taken.</summary>
    /// <param name="pageSize">How many are asked for at once; null: the service's default.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public async IAsyncEnumerable<AuditEntry> EnumerateAuditEntriesAsync(
        int? pageSize = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (long? before = null; ;)
        {
            var page = await ListAuditEntriesAsync(pageSize, before, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Data)
            {
                yield return entry;
            }

            if ((before = page.NextBefore) is null)
            {
                yield break;
            }
        }
    }

    /// <summary>The service's OpenAPI document.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<JsonElement> GetOpenApiDocumentAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("openapi.json"), _json.JsonElement, cancellation);

    /// <summary>Passes on an event that Stripe sent elsewhere. It counts once by its id.</summary>
    /// <param name="body">The event, byte for byte as Stripe sent it.</param>
    /// <param name="signature">The <c>Stripe-Signature</c> that came with it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<StripeReceipt> ReceiveStripeEventAsync(
        ReadOnlyMemory<byte> body, string signature, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(signature);
        var call = ApiCall.Post("webhooks/stripe").With("Stripe-Signature", signature) with { Body = body.ToArray() };
        return _exchange.Json(call, _json.StripeReceipt, cancellation);
    }
}
