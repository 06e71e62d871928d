using Fraud.Stream.Telemetry;

namespace Fraud.Stream.Formation;

/// <summary>Values of this node's place in the cluster that are read when metrics are asked for.</summary>
public sealed class FormationGauges
{
    public FormationGauges(StreamMetrics metrics, RemotingTls tls) => metrics.ObserveEach(
        "fraud_cluster_certificate_expiry_seconds",
        "Until the certificate that this node shows to others ends, and the first of the authorities that it trusts; below zero: it has. None without TLS between nodes.",
        tls.Expiry);
}
