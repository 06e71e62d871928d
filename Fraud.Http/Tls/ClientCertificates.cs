using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fraud.Http.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Tls;

/// <summary>
/// Whether a client's certificate is signed, for clients, by one of the authorities in a file and valid now. The file is
/// read again when it changes; a change that cannot be used leaves the authorities as they are. Thread-safe.
/// </summary>
/// <remarks>
/// Only that file is trusted, not the system's roots: any of the world's authorities would sign a certificate for
/// anybody. Nothing is fetched on the way in: a list or responder that is away would close the front door, or open it.
/// </remarks>
internal sealed partial class ClientCertificates : IDisposable
{
    public const int RefusedId = 422;
    public const int ReplacedId = 423;
    public const int NotReplacedId = 424;

    // What a certificate must be for, where it says what it is for.
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // A scanner knocks thousands of times; one line a second tells as much.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private readonly TlsOptions _options;
    private readonly HttpMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ClientCertificates> _log;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private X509Certificate2Collection _authorities;
    private string _text;
    private string? _lastFailure;
    private long _lastLine;
    private long _refused;

    /// <exception cref="CertificateFileException">There are no authorities to start with.</exception>
    public ClientCertificates(TlsOptions options, HttpMetrics metrics, TimeProvider time, ILogger<ClientCertificates> log)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        _log = log;
        (_authorities, _text) = Read(options);
        _timer = time.CreateTimer(_ => Look(), null, options.ReloadInterval, options.ReloadInterval);
    }

    public static (X509Certificate2Collection Authorities, string Text) Read(TlsOptions options)
    {
        try
        {
            var text = File.ReadAllText(options.ClientCaFile);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(text);
            return authorities.Count > 0 ? (authorities, text) : throw new CryptographicException("there is none in it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CertificateFileException("Tls:ClientCaFile: expected a PEM file of certificates", error);
        }
    }

    /// <param name="sent">What the client sent along, to get from its certificate to an authority.</param>
    public bool IsTrusted(object sender, X509Certificate? given, X509Chain? sent, SslPolicyErrors errors)
    {
        if (given is not X509Certificate2 certificate)
        {
            return _options.ClientCertificate == ClientCertificate.Optional || Refuse("none was sent", null);
        }

        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Volatile.Read(ref _authorities));
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTime = _time.GetUtcNow().LocalDateTime;
        if (sent is not null)
        {
            policy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate)
            || Refuse(string.Join(", ", chain.ChainStatus.Select(static status => status.Status.ToString()).Distinct()), certificate);
    }

    public void Dispose() => _timer.Dispose();

    private bool Refuse(string reason, X509Certificate2? certificate)
    {
        var count = Interlocked.Increment(ref _refused);
        _metrics.ClientRefused();
        var last = Interlocked.Read(ref _lastLine);
        var now = _time.GetTimestamp();
        if ((last == 0 || _time.GetElapsedTime(last, now) >= BetweenLines) && Interlocked.CompareExchange(ref _lastLine, now, last) == last)
        {
            // By its digest: what a stranger calls himself has no place in a log.
            var digest = certificate is null ? "" : $" SHA-256 {certificate.GetCertHashString(HashAlgorithmName.SHA256)}";
            RefusedOne(_log, digest, reason, count);
        }

        return false;
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
            var (authorities, text) = Read(_options);
            if (text != _text)
            {
                _text = text;
                Volatile.Write(ref _authorities, authorities);
                _lastFailure = null;
                Replaced(_log, string.Join("; ", authorities.Select(Name)));
            }
        }
        catch (CertificateFileException error)
        {
            // Said once, until it is another or it works.
            if (error.Message != _lastFailure)
            {
                _lastFailure = error.Message;
                NotReplaced(_log, error.Message);
            }
        }
        finally
        {
            _looking.Exit();
        }
    }

    private static string Name(X509Certificate2 authority) => string.Create(
        CultureInfo.InvariantCulture, $"{authority.Subject}, valid until {authority.NotAfter.ToUniversalTime():u}");

    [LoggerMessage(RefusedId, LogLevel.Warning, "TLS: a client is refused for its certificate{Digest}: {Reason}; {Count} so far")]
    private static partial void RefusedOne(ILogger log, string digest, string reason, long count);

    [LoggerMessage(ReplacedId, LogLevel.Information, "TLS: from now on clients are trusted that these signed: {Authorities}")]
    private static partial void Replaced(ILogger log, string authorities);

    [LoggerMessage(NotReplacedId, LogLevel.Warning, "TLS: the authorities of clients stay as they are: {Reason}")]
    private static partial void NotReplaced(ILogger log, string reason);
}
