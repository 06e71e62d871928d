using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Cluster;

/// <summary>
/// Certificates of a cluster's nodes in a folder: the authority's, <c>authority.pem</c> with <c>authority.key</c>, and for each
/// node <c>NAME.pem</c> with <c>NAME.key</c>. Keys are ECDSA P-256 and readable by their owner alone.
/// </summary>
internal sealed class ClusterCertificates(string folder, TimeProvider time)
{
    private const string AuthorityName = "authority";

    // Clocks of nodes differ a little, and a certificate of the future is refused.
    private static readonly TimeSpan clockSkew = TimeSpan.FromHours(1);

    private readonly List<string> _written = [];

    /// <summary>Signs a certificate for each node, by the authority of the folder, which is made when there is none.</summary>
    /// <param name="nodes">Names of nodes, which are names of files, too.</param>
    /// <param name="hosts">Names and addresses that every certificate carries, beside its node's name.</param>
    /// <exception cref="UsageException">A file is there already, or only half of the authority; nothing was written.</exception>
    public IReadOnlyList<MadeCertificate> Make(IReadOnlyList<string> nodes, IReadOnlyList<string> hosts, TimeSpan nodeLife, TimeSpan authorityLife)
    {
        foreach (var file in nodes.SelectMany(static node => new[] { $"{node}.pem", $"{node}.key" }).Where(file => Path.Exists(Full(file))))
        {
            throw new UsageException($"expected {Full(file)} not to exist: certificates are never overwritten; give another folder or name, or remove it");
        }

        var hasAuthority = File.Exists(Full($"{AuthorityName}.pem"));
        if (hasAuthority != File.Exists(Full($"{AuthorityName}.key")))
        {
            throw new UsageException($"expected both {AuthorityName}.pem and {AuthorityName}.key in {folder}, or neither");
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"expected {folder} to be a folder that can be written: {error.Message}");
        }

        try
        {
            using var authority = hasAuthority ? ReadAuthority() : MakeAuthority(authorityLife);
            var made = nodes.Select(node => MakeNode(authority, node, hosts, nodeLife)).ToList();
            return hasAuthority ? made : [Made(AuthorityName, authority), .. made];
        }
        catch
        {
            // All or nothing: half a set would refuse the next try.
            _written.ForEach(File.Delete);
            throw;
        }
    }

    private X509Certificate2 ReadAuthority()
    {
        try
        {
            var authority = X509Certificate2.CreateFromPemFile(Full($"{AuthorityName}.pem"), Full($"{AuthorityName}.key"));
            return authority.NotAfter > time.GetUtcNow()
                ? authority
                : throw new UsageException($"expected an authority in {folder} that is valid; this one ended at {authority.NotAfter.ToUniversalTime():u}");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new UsageException($"expected {AuthorityName}.pem and {AuthorityName}.key in {folder} to be a certificate and its key: {error.Message}");
        }
    }

    private X509Certificate2 MakeAuthority(TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=fraud cluster {RandomNumberGenerator.GetHexString(8, lowercase: true)}", key, HashAlgorithmName.SHA256);
        // It signs nodes, and no further authority.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        var authority = request.CreateSelfSigned(now - clockSkew, now + life);
        Write(AuthorityName, authority, key);
        return authority;
    }

    private MadeCertificate MakeNode(X509Certificate2 authority, string node, IReadOnlyList<string> hosts, TimeSpan life)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // A node is server and client: who connects first is chance.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(Names([node, .. hosts]));
        var now = time.GetUtcNow();
        // Not longer than the authority's, which would make it invalid anyway.
        var end = now + life < authority.NotAfter ? now + life : authority.NotAfter;
        using var certificate = request.Create(authority, now - clockSkew < authority.NotBefore ? authority.NotBefore : now - clockSkew, end, Serial());
        Write(node, certificate, key);
        return Made(node, certificate);
    }

    private static X509Extension Names(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        // Positive and without a leading zero, as the standard has it.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    private void Write(string name, X509Certificate2 certificate, ECDsa key)
    {
        Write($"{name}.key", key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write($"{name}.pem", certificate.ExportCertificatePem(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private void Write(string file, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
        using var writer = new StreamWriter(Full(file), options);
        _written.Add(Full(file));
        writer.Write(text);
        writer.Write('\n');
    }

    private MadeCertificate Made(string name, X509Certificate2 certificate) =>
        new(name, Full($"{name}.pem"), Full($"{name}.key"), certificate.NotAfter);

    private string Full(string file) => Path.Combine(folder, file);
}
