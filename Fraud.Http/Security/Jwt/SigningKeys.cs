using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Fraud.Http.Security.Jwt;

/// <summary>
/// The keys of tokens: the shared secret, or a key set that is read at start, now and then, and when a token names a key
/// that it lacks. Thread-safe.
/// </summary>
/// <remarks>
/// A token whose key is not known waits for the next reading, and is refused only when that lacks the key as well; so a
/// provider may sign with a key from the moment it publishes it. Readings start at least <see cref="JwtOptions.MinRefresh"/>
/// apart whatever callers send, and all who wait share one. The library's ConfigurationManager (8.23) reads in the
/// background and refuses until it has, for five minutes after the reading before; its other way, a switch of the
/// whole process, makes requests with known keys wait too.
/// </remarks>
internal sealed class SigningKeys : BackgroundService
{
    // As long as a request may take altogether.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // What made-up key ids can hold up: a few kB each.
    private const int MaxWaiting = 1_000;

    private readonly JwtOptions _options;
    private readonly KeySetReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger<SigningKeys> _log;
    private readonly Lock _scheduling = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationToken _disposed;
    private volatile KeySet _current;
    private Task<bool> _next = Task.FromResult(false);
    private bool _nextHasStarted = true;
    private long _startedAt;
    private bool _wasStarted;
    private bool _isAway;
    private int _waiting;

    public SigningKeys(JwtOptions options, KeySetReader reader, TimeProvider time, ILogger<SigningKeys> log)
    {
        (_options, _reader, _time, _log) = (options, reader, time, log);
        _disposed = _disposing.Token;
        _current = options.Key.Length > 0 ? new KeySet([TokenKey.OfSecret(options.Key)], null) : KeySet.Empty;
    }

    public KeySet Current => _current;

    /// <summary>Whether there is a key for the token. Completes at once when it is known.</summary>
    public ValueTask<KeyLookup> Find(JsonWebToken token) =>
        _current.Has(token) ? new(KeyLookup.Found)
        : _options.HasKeySet ? new(ReadAndFind(token))
        : new(KeyLookup.Unknown);

    /// <summary>A reading that starts after this call; false when it fails.</summary>
    public Task<bool> ReadAgain()
    {
        lock (_scheduling)
        {
            if (_nextHasStarted)
            {
                _nextHasStarted = false;
                _next = ReadAfter(_next);
            }

            return _next;
        }
    }

    public override void Dispose()
    {
        // Registered as two services, and so disposed twice.
        if (!_disposed.IsCancellationRequested)
        {
            _disposing.Cancel();
            _disposing.Dispose();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.HasKeySet)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await ReadAgain();
            await Task.Delay(_current.Keys.Count > 0 ? _options.Refresh : _options.MinRefresh, _time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<KeyLookup> ReadAndFind(JsonWebToken token)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                return KeyLookup.NotRead;
            }

            var wasRead = await ReadAgain().WaitAsync(LongestWait, _time);
            return _current.Has(token) ? KeyLookup.Found : wasRead ? KeyLookup.Unknown : KeyLookup.NotRead;
        }
        catch (TimeoutException)
        {
            return KeyLookup.NotRead;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<bool> ReadAfter(Task<bool> before)
    {
        // Off the caller's lock, and one after the other.
        await Task.Yield();
        await before;
        if (_wasStarted && _options.MinRefresh - _time.GetElapsedTime(_startedAt) is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, _time, _disposed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_scheduling)
        {
            _nextHasStarted = true;
            (_startedAt, _wasStarted) = (_time.GetTimestamp(), true);
        }

        return await Read();
    }

    private async Task<bool> Read()
    {
        try
        {
            var set = await _reader.Read(_disposed);
            if (_current.Keys.Count == 0)
            {
                SecurityLog.TokenKeysRead(_log, set.Keys.Count, _reader.Place);
            }

            // The same object as long as it says the same: tokens that were found good stay so.
            _current = set.IsSameAs(_current) ? _current : set;
            _isAway = false;
            return true;
        }
        catch (Exception) when (_disposed.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error)
        {
            // Whatever it is, those known last stay good, and the next reading may do better. Told once each time.
            if (!_isAway)
            {
                SecurityLog.TokenKeysNotRead(_log, _reader.Place, error.GetBaseException().Message);
            }

            _isAway = true;
            return false;
        }
    }
}

/// <summary>What became of looking for a token's key.</summary>
internal enum KeyLookup
{
    Found,

    /// <summary>The key set, read since the token came, has none for it.</summary>
    Unknown,

    /// <summary>The key set could not be read in time.</summary>
    NotRead,
}
