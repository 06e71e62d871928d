using System.Diagnostics.Metrics;
using Fraud.Http.Problems;
using Fraud.Http.Telemetry;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security.SignIns;

/// <summary>
/// Counts failed sign-ins by the caller's address and by the key whose id it names, and slows those who fail too often. No
/// one with a right key or token is refused for what others failed with: 256 random bits are not guessed at any speed, and
/// a lock that anyone can close would be a weapon. Thread-safe.
/// </summary>
internal sealed class FailedSignIns
{
    private readonly FailureTable _addresses;
    private readonly FailureTable _keys;
    private readonly KeyDirectory _known;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _slowed;

    public FailedSignIns(SecurityOptions options, KeyDirectory known, TimeProvider time, IMeterFactory meters)
    {
        _addresses = new FailureTable(options.SignIns, time);
        _keys = new FailureTable(options.SignIns, time);
        _known = known;
        var meter = meters.Create(HttpMetrics.MeterName);
        _failed = meter.CreateCounter<long>("fraud_sign_ins_failed", null, "Sign-ins that failed, by reason.");
        _slowed = meter.CreateCounter<long>("fraud_sign_ins_slowed", null, "Failed sign-ins that were answered with 429.");
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>The refusal for who fails too often; null: that of the scheme will do.</returns>
    public Problem? Add(HttpContext context, SignInFault fault)
    {
        _failed.Add(1, new KeyValuePair<string, object?>("reason", fault.Tag()));
        var wait = _addresses.Add("address " + ClientAddress.Of(context), fault);
        // An id that was made up belongs to no key; only the address says something then.
        if (_known.IdIn(context.Request.Headers) is { Length: > 0 } id)
        {
            var waitForKey = _keys.Add("key " + id, fault);
            wait = wait > waitForKey ? wait : waitForKey;
        }

        if (wait <= TimeSpan.Zero)
        {
            return null;
        }

        _slowed.Add(1);
        return new Problem(429, "Too Many Requests", "Too many sign-ins failed from this address or with this key; look at what is sent, and slow down.")
        {
            RetryAfter = wait,
        };
    }

    /// <summary>What is to be told now, of addresses and of keys.</summary>
    /// <param name="most">Bursts of each at most.</param>
    /// <param name="all">Also of sources that were told of a short time ago.</param>
    public IReadOnlyList<FailureBurst> Take(int most, bool all = false) => [.. _addresses.Take(most, all), .. _keys.Take(most, all)];
}
