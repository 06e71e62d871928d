using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// The key set from its file or address: read at start, now and then, and when a token names a key that it does not
/// have, the latter no more often than <see cref="JwtOptions.MinRefresh"/>. Thread-safe.
/// </summary>
internal sealed class JwkSource(JwtOptions options, TimeProvider time, ILogger<JwkSource> log) : BackgroundService
{
    // Key sets have a few kB.
    private const int MaxBytes = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null })
    {
        // A request may be waiting for it.
        Timeout = TimeSpan.FromSeconds(2),
        MaxResponseContentBufferSize = MaxBytes,
    };

    private readonly Lock _starting = new();
    private volatile JwkSet _current = JwkSet.Empty;
    private Task _reading = Task.CompletedTask;
    private long _readAt;
    private bool _wasRead;

    public JwkSet Current => _current;

    /// <summary>Whether it was ever read: else nothing can be said of a token.</summary>
    public bool IsKnown { get; private set; }

    private string Place => options.JwksFile.Length > 0 ? options.JwksFile : options.JwksUrl;

    /// <summary>Reads it again, unless that was done only just; who comes while it is being read waits for the same.</summary>
    public Task Renew()
    {
        lock (_starting)
        {
            if (_reading.IsCompleted && (!_wasRead || time.GetElapsedTime(_readAt) >= options.MinRefresh))
            {
                (_readAt, _wasRead) = (time.GetTimestamp(), true);
                _reading = Read();
            }

            return _reading;
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.HasKeySet)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await Renew();
            await Task.Delay(IsKnown ? options.Refresh : options.MinRefresh, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Read()
    {
        try
        {
            var bytes = options.JwksFile.Length > 0
                ? await ReadFile(options.JwksFile)
                : await _http.GetByteArrayAsync(new Uri(options.JwksUrl));
            var set = JwkSet.Parse(bytes);
            if (set.Keys.Count == 0)
            {
                throw new FormatException("expected an RS256 or ES256 key in it");
            }

            _current = set;
            if (!IsKnown)
            {
                SecurityLog.TokenKeysRead(log, set.Keys.Count, Place);
            }

            IsKnown = true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException or FormatException
            or OperationCanceledException)
        {
            SecurityLog.TokenKeysNotRead(log, Place, error.Message);
        }
    }

    private static async Task<byte[]> ReadFile(string path) => new FileInfo(path).Length <= MaxBytes
        ? await File.ReadAllBytesAsync(path)
        : throw new FormatException("expected 1 MB at most");
}
