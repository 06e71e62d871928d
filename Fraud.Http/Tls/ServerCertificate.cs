using System.Globalization;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Tls;

/// <summary>
/// The certificate that the next handshake is made with: read again when its files change, so that it is replaced
/// without a restart. A change that cannot be used leaves the old one in place and is tried again.
/// </summary>
internal sealed partial class ServerCertificate : IDisposable
{
    public const int ReplacedId = 420;
    public const int NotReplacedId = 421;

    private readonly CertificateFiles _files;
    private readonly ILogger<ServerCertificate> _log;
    private readonly ITimer _timer;
    private SslStreamCertificateContext _current;
    private string? _lastFailure;

    /// <exception cref="CertificateFileException">There is none to start with.</exception>
    public ServerCertificate(TlsOptions options, TimeProvider time, ILogger<ServerCertificate> log)
    {
        _files = new CertificateFiles(options);
        _log = log;
        _current = _files.ReadChanged()!;
        _timer = time.CreateTimer(_ => Look(), null, options.ReloadInterval, options.ReloadInterval);
    }

    /// <summary>Handshakes on their way keep the one that they began with; replaced ones are left to the collector.</summary>
    public SslStreamCertificateContext Current => Volatile.Read(ref _current);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A look that takes longer than the interval must not meet the next one.
        if (!Monitor.TryEnter(_files))
        {
            return;
        }

        try
        {
            if (_files.ReadChanged() is { } changed)
            {
                Volatile.Write(ref _current, changed);
                _lastFailure = null;
                var until = changed.TargetCertificate.NotAfter.ToUniversalTime();
                Replaced(_log, changed.TargetCertificate.Subject, until.ToString("u", CultureInfo.InvariantCulture));
            }
        }
        catch (CertificateFileException error) when (error.Message == _lastFailure)
        {
            // Said once, until it is another or it works.
        }
        catch (CertificateFileException error)
        {
            _lastFailure = error.Message;
            NotReplaced(_log, error.Message);
        }
        finally
        {
            Monitor.Exit(_files);
        }
    }

    [LoggerMessage(ReplacedId, LogLevel.Information, "TLS: from now on with {Subject}, valid until {Until}")]
    private static partial void Replaced(ILogger log, string subject, string until);

    [LoggerMessage(NotReplacedId, LogLevel.Warning, "TLS: the certificate stays as it is: {Reason}")]
    private static partial void NotReplaced(ILogger log, string reason);
}
