using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fraud.Tests.Http.Tls;

/// <summary>A certificate authority of the test's, and what it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    public static TestAuthority New(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority: true);
        return new TestAuthority(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(100)));
    }

    /// <summary>An authority that this one vouches for.</summary>
    public TestAuthority Intermediate(string name) => new(Sign(name, isAuthority: true, purpose: null, DateTimeOffset.UtcNow.AddDays(50)));

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Issue(string name, string? purpose = ForClients, int daysLeft = 10) =>
        Sign(name, isAuthority: false, purpose, DateTimeOffset.UtcNow.AddDays(daysLeft));

    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Sign(string name, bool isAuthority, string? purpose, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority);
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        using var signed = request.Create(Certificate, DateTimeOffset.UtcNow.AddDays(-90), until, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }
}
