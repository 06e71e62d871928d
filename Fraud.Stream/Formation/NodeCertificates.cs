using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fraud.Stream.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>What the three files hold: the authorities of the cluster, and this node's certificate with its key.</summary>
public sealed class NodeCertificates
{
    // Server and client: a node is both, who connects first is chance.
    private static readonly string[] nodeUsages = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

    private NodeCertificates(X509Certificate2Collection authorities, X509Certificate2 node) => (Authorities, Node) = (authorities, node);

    public X509Certificate2Collection Authorities { get; }

    public X509Certificate2 Node { get; }

    /// <summary>Names and addresses that the node's certificate carries. No one compares them: see <see cref="RemotingTls"/>.</summary>
    public IReadOnlyList<string> Names => [.. Node.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        .SelectMany(static names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static address => address.ToString())))];

    /// <summary>When the first of the authorities ends.</summary>
    public DateTimeOffset AuthorityEnds => Authorities.Min(static one => new DateTimeOffset(one.NotAfter));

    /// <summary>When the node's certificate ends.</summary>
    public DateTimeOffset NodeEnds => new(Node.NotAfter);

    /// <exception cref="InvalidDataException">A file is missing or is not what it should be; the message names the setting, and the file.</exception>
    public static NodeCertificates Read(ClusterOptions options, DateTimeOffset now)
    {
        var authorities = new X509Certificate2Collection();
        Read(nameof(options.AuthorityFile), options.AuthorityFile, "a certificate", () => authorities.ImportFromPemFile(options.AuthorityFile));
        if (authorities.Count == 0)
        {
            throw new InvalidDataException($"{nameof(options.AuthorityFile)}: {options.AuthorityFile}: expected a certificate in PEM");
        }

        Read(nameof(options.KeyFile), options.KeyFile, "a key", () => _ = File.ReadAllText(options.KeyFile));
        X509Certificate2 node = null!;
        Read(
            nameof(options.CertificateFile), options.CertificateFile, $"a certificate whose key is in {options.KeyFile}",
            () => node = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile));
        return FaultOf(node, authorities, now) is { } fault
            ? throw new InvalidDataException(
                $"{nameof(options.CertificateFile)}: {options.CertificateFile}: expected a certificate that {options.AuthorityFile} signed and that is valid now: {fault}")
            : new NodeCertificates(authorities, node);
    }

    /// <returns>Null: one of the authorities signed it for a node, and it is valid now.</returns>
    public static string? FaultOf(X509Certificate2 certificate, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // The authority is a file: it publishes no list. A certificate that leaked is answered by a new authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        if (!chain.Build(certificate))
        {
            return $"{certificate.Subject}: {string.Join(", ", chain.ChainStatus.Select(static status => status.Status.ToString()))}";
        }

        // Without any it would be good for everything, as the authority's own is.
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(static extension => extension.EnhancedKeyUsages.Cast<Oid>());
        return nodeUsages.Except(usages.Select(static usage => usage.Value)).Any() ? $"{certificate.Subject}: it is not for server and client" : null;
    }

    private static void Read(string setting, string file, string expected, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{setting}: {file}: expected {expected} in PEM: {error.Message}", error);
        }
    }
}
