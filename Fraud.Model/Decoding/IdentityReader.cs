using System.Text.Json;
using Fraud.Model.CardNumbers;

namespace Fraud.Model.Decoding;

/// <summary>
/// Reads what says which payment is meant (its ids and its time) within the limits: payments and labels
/// take the same, and hold a token where they held a card number. Thread-safe.
/// </summary>
internal sealed class IdentityReader(TransactionLimits limits, CardNumberGuard cards, TimeProvider time)
{
    private readonly string _idExpected =
        $"a string that is not blank or an integer, of at most {limits.MaxIdLength} bytes, without control characters";

    /// <summary>What <see cref="TryReadId"/> wants, for errors about an id that is absent.</summary>
    public string IdExpected => _idExpected;

    public bool TryReadId(ref Utf8JsonReader reader, ref ShortText into, string field, out DecodeError error)
    {
        error = default;
        if (!FieldReaders.TryReadId(ref reader, limits.MaxIdLength, ref into))
        {
            return DecodeError.Fail(field, _idExpected, out error);
        }

        return cards.TryOther(ref into) || DecodeError.Fail(field, CardNumberGuard.Expected, out error);
    }

    public bool TryReadCard(ref Utf8JsonReader reader, ref ShortText into, string field, out DecodeError error)
    {
        error = default;
        if (!FieldReaders.TryReadId(ref reader, limits.MaxIdLength, ref into))
        {
            return DecodeError.Fail(field, _idExpected, out error);
        }

        return cards.TryCard(ref into) || DecodeError.Fail(field, CardNumberGuard.Expected, out error);
    }

    public bool TryReadTime(ref Utf8JsonReader reader, out long unixMs, out DecodeError error)
    {
        error = default;
        if (!Times.TryRead(ref reader, out unixMs))
        {
            return DecodeError.Fail("event_time", Times.Expected, out error);
        }

        // A time far ahead would age everything else that its card and terminal did.
        var latest = (time.GetUtcNow() + limits.MaxFutureSkew).ToUnixTimeMilliseconds();
        return unixMs <= latest
            || DecodeError.Fail("event_time", $"a time at most {limits.MaxFutureSkew} ahead of the clock", out error);
    }
}
