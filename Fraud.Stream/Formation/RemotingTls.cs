using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Fraud.Stream.Formation;

/// <summary>Mutual TLS between nodes: each shows a certificate of the cluster's own authority, and accepts no other.</summary>
/// <remarks>
/// <para>The authority signs nodes of this cluster and nothing else, so its signature is the permission: names are not compared,
/// because a node that compose or Kubernetes starts has a name that no certificate was made for. What that gives away: who has
/// the key of one node can pose as any. Comparing would take less from him than it seems, since who connects has no name that
/// could be compared, and each node may do everything. The system's authorities do not count.</para>
/// <para>The files are looked at again and again. Changed authorities count from the next connection on, and the file may hold
/// several, so that an old and a new one count side by side. A changed certificate of this node's own waits for the next start:
/// Akka.Remote 1.5 keeps the one that it was given, for each connection to come. A rolling restart is the way, and
/// <c>fraud_cluster_certificate_expiry_seconds</c> tells of the one in use.</para>
/// </remarks>
public sealed partial class RemotingTls : IDisposable
{
    public const int AuthoritiesReplacedId = 360;
    public const int CertificateWaitsId = 361;
    public const int NotReplacedId = 362;

    /// <summary>No TLS: for loopback.</summary>
    public static readonly RemotingTls Off = new();

    // As those of the front door are: certificates change weeks before they end.
    private static readonly TimeSpan lookInterval = TimeSpan.FromSeconds(10);

    private readonly ClusterOptions _options = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ILogger? _log;
    private readonly ITimer? _timer;
    private readonly Lock _looking = new();
    private readonly NodeCertificates? _started;
    private NodeCertificates? _current;
    private string? _lastFailure;

    /// <exception cref="InvalidDataException">A file is missing or is not what it should be; the message names it.</exception>
    public RemotingTls(ClusterOptions options, TimeProvider time, ILogger<RemotingTls> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _started = _current = NodeCertificates.Read(options, time.GetUtcNow());
        Setup = new DotNettySslSetup(_started.Node, suppressValidation: false, requireMutualAuthentication: true, customValidator: Accepts);
        _timer = time.CreateTimer(_ => Look(), null, lookInterval, lookInterval);
    }

    private RemotingTls()
    {
    }

    public bool IsOn => Setup is not null;

    /// <summary>For the actor system's setup; null without TLS.</summary>
    internal DotNettySslSetup? Setup { get; }

    /// <summary>Until what is in use ends; none without TLS.</summary>
    public IEnumerable<Measurement<double>> Expiry()
    {
        if (_started is { } started && Volatile.Read(ref _current) is { } current)
        {
            var now = _time.GetUtcNow();
            yield return new Measurement<double>((started.NodeEnds - now).TotalSeconds, new KeyValuePair<string, object?>("certificate", "node"));
            yield return new Measurement<double>((current.AuthorityEnds - now).TotalSeconds, new KeyValuePair<string, object?>("certificate", "authority"));
        }
    }

    public void Dispose() => _timer?.Dispose();

    private bool Accepts(X509Certificate2? certificate, X509Chain? chain, string remotePeer, SslPolicyErrors errors, ILoggingAdapter log)
    {
        var fault = certificate is null
            ? "it showed no certificate"
            : NodeCertificates.FaultOf(certificate, Volatile.Read(ref _current)!.Authorities, _time.GetUtcNow());
        if (fault is not null)
        {
            log.Warning("Connection of {0} refused: {1}", remotePeer, fault);
        }

        return fault is null;
    }

    private void Look()
    {
        // A look that takes longer than the interval must not meet the next one.
        if (!_looking.TryEnter())
        {
            return;
        }

        try
        {
            var (before, now) = (_current!, NodeCertificates.Read(_options, _time.GetUtcNow()));
            Volatile.Write(ref _current, now);
            _lastFailure = null;
            if (!Thumbprints(now.Authorities).SetEquals(Thumbprints(before.Authorities)))
            {
                AuthoritiesReplaced(_log!, string.Join("; ", now.Authorities.Select(static one => one.Subject)), now.AuthorityEnds);
            }

            if (now.Node.Thumbprint != before.Node.Thumbprint && now.Node.Thumbprint != _started!.Node.Thumbprint)
            {
                CertificateWaits(_log!, now.Node.Subject, now.NodeEnds, _started.NodeEnds);
            }
        }
        catch (InvalidDataException error)
        {
            // Said once, until it is another or it works.
            if (error.Message != _lastFailure)
            {
                _lastFailure = error.Message;
                NotReplaced(_log!, error.Message);
            }
        }
        finally
        {
            _looking.Exit();
        }
    }

    private static HashSet<string> Thumbprints(X509Certificate2Collection certificates) =>
        certificates.Select(static one => one.Thumbprint).ToHashSet(StringComparer.Ordinal);

    [LoggerMessage(AuthoritiesReplacedId, LogLevel.Information, "Nodes: from now on those are let in that these signed: {Authorities}, valid until {Until}")]
    private static partial void AuthoritiesReplaced(ILogger log, string authorities, DateTimeOffset until);

    [LoggerMessage(CertificateWaitsId, LogLevel.Warning, "Nodes: the new certificate {Subject}, valid until {Until}, is used from this node's next start on; the one in use ends at {Ends}")]
    private static partial void CertificateWaits(ILogger log, string subject, DateTimeOffset until, DateTimeOffset ends);

    [LoggerMessage(NotReplacedId, LogLevel.Warning, "Nodes: authorities and certificate stay as they are: {Reason}")]
    private static partial void NotReplaced(ILogger log, string reason);
}
