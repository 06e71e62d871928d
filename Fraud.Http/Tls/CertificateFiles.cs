using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fraud.Http.Tls;

/// <summary>Reads a certificate with its chain and key. What it reads and what it compares are the same bytes.</summary>
internal sealed class CertificateFiles(TlsOptions options)
{
    private byte[] _digest = [];

    /// <summary>
    /// The certificate when the files are not those of the last time; null when they are.
    /// </summary>
    /// <exception cref="CertificateFileException">They cannot be read, or do not belong together; the last ones still count.</exception>
    public SslStreamCertificateContext? ReadChanged()
    {
        try
        {
            var certificates = File.ReadAllText(options.CertificateFile);
            var key = options.KeyFile.Length == 0 ? certificates : File.ReadAllText(options.KeyFile);
            var digest = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(certificates + "\0" + key));
            if (digest.AsSpan().SequenceEqual(_digest))
            {
                return null;
            }

            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificates);
            var own = X509Certificate2.CreateFromPem(certificates, key);
            // The first is its own; the rest is sent along, and nothing is fetched to complete it.
            all.RemoveAt(0);
            var context = SslStreamCertificateContext.Create(own, all, offline: true);
            _digest = digest;
            return context;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CertificateFileException("Tls:CertificateFile, Tls:KeyFile: expected PEM files of a certificate and its key", error);
        }
    }
}

/// <summary>The message names the settings and quotes nothing of the files.</summary>
internal sealed class CertificateFileException(string expected, Exception cause) : Exception($"{expected} ({cause.Message})", cause);
