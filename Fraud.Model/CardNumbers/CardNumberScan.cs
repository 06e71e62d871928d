using System.Numerics;

namespace Fraud.Model.CardNumbers;

/// <summary>
/// Walks over a text and finds its card numbers. At each group of digits it reads a window of up to 19 digits and takes the
/// longest part that has an issuer's first digits and length, a valid check digit, ends where it may, and looks like nothing else.
/// </summary>
internal ref struct CardNumberScan<TUnit, TUnits>
    where TUnit : unmanaged
    where TUnits : struct, ITextUnits<TUnit>
{
    private const int FewestLast = 14;
    private const int MostLast = 16;

    // What ends a group of up to 19 digits: 16 digits of any issuer, the 15 of American Express, the 14 of Diners Club.
    private const uint LastLengths = (1u << 16) | (1u << 15) | (1u << FewestLast);
    private const int ShortestWithPrefix = FewestLast + 1;
    private readonly ReadOnlySpan<TUnit> _text;
    private readonly CardNumberReach _reach;
    private int _at;

    // Digits of the group at which a number may begin too.
    private int _innerAt;
    private int _innerEnd;
    private bool _innerEndsGroup;
    private uint _innerLengths;
    private int _prefixedAt;
    private uint _prefixedLengths;
    private bool _isInGroup;

    /// <param name="from">Where the search begins; when that is inside a group of digits, behind that group.</param>
    public CardNumberScan(ReadOnlySpan<TUnit> text, CardNumberReach reach, int from)
    {
        _text = text;
        _reach = reach;
        _at = from;
        if (Glyph.IsDigitBefore<TUnit, TUnits>(text, from))
        {
            while (_at < text.Length && Glyph.Read<TUnit, TUnits>(text, _at, out var length) <= 9)
            {
                _at += length;
            }
        }
    }

    /// <summary>Where the group begins in which the last number was found, its zeros too.</summary>
    public int GroupStart { get; private set; }

    /// <summary>Finds the next number, which may overlap the last; its digits are the first ones of the window.</summary>
    /// <returns>How many digits it has; 0 when there is none.</returns>
    public int Next(ref CardNumberWindow window)
    {
        while (true)
        {
            if (_isInGroup)
            {
                LeaveGroup();
            }

            while (_innerAt < _innerEnd)
            {
                var inner = _innerAt;
                _innerAt = Behind(inner);
                _innerLengths = _innerEndsGroup ? LastLengths : uint.MaxValue;
                if (window.TryRead<TUnit, TUnits>(_text, inner) && Longest(ref window, isInner: true) is > 0 and var innerDigits)
                {
                    return innerDigits;
                }
            }

            if (_prefixedLengths != 0)
            {
                (_innerLengths, _innerEndsGroup, _prefixedLengths) = (_prefixedLengths, false, 0);
                if (window.TryRead<TUnit, TUnits>(_text, _prefixedAt) && Longest(ref window, isInner: true, isAnnounced: true) is > 0 and var prefixedDigits)
                {
                    return prefixedDigits;
                }
            }

            if (!TryEnterGroup())
            {
                return 0;
            }

            if (window.TryRead<TUnit, TUnits>(_text, _at) && Longest(ref window, isInner: false) is > 0 and var digits)
            {
                return digits;
            }
        }
    }

    // Moves to the first digit above 0 of the next group that has one. A digit takes one unit at least, so too short a rest is left.
    private bool TryEnterGroup()
    {
        var isZeroBefore = false;
        while (_text.Length - _at >= IssuerRanges.Shortest)
        {
            var kind = Glyph.Read<TUnit, TUnits>(_text, _at, out var length);
            if (kind <= 9)
            {
                GroupStart = isZeroBefore ? GroupStart : _at;
                isZeroBefore = true;
                if (kind > 0)
                {
                    return _isInGroup = true;
                }
            }
            else
            {
                isZeroBefore = false;
            }

            _at += length;
        }

        return false;
    }

    // Moves behind the group, and notes where inside it a number may begin too.
    private void LeaveGroup()
    {
        _isInGroup = false;
        var start = _at;
        int digits = 0, firstTwo = 0;
        var fewest = _reach == CardNumberReach.WholeGroups ? IssuerRanges.Shortest : 1;
        while (_text.Length - _at >= fewest && Glyph.Read<TUnit, TUnits>(_text, _at, out var length) is <= 9 and var digit)
        {
            firstTwo = digits < 2 ? (firstTwo * 10) + digit : firstTwo;
            digits++;
            _at += length;
        }

        if (_reach == CardNumberReach.WholeGroups || digits <= IssuerRanges.Shortest)
        {
            return;
        }

        // yyyyMMddHHmmssfff is written in log lines.
        var isClock = Lookalikes.IsClock(digits, firstTwo) || (_reach == CardNumberReach.Records && digits == 17 && Dates.IsYear(firstTwo));
        if (!isClock || _reach == CardNumberReach.InsideGroups)
        {
            NotePrefixed(start, digits, firstTwo);
        }

        if (digits < ShortestWithPrefix || isClock)
        {
            return;
        }

        _innerEndsGroup = digits <= IssuerRanges.Longest;
        _innerAt = Behind(start, _innerEndsGroup ? Math.Max(1, digits - MostLast) : 1);
        _innerEnd = _innerEndsGroup ? Behind(start, digits - FewestLast) + 1 : _at;
    }

    // What payment messages put straight before a number: its length in two digits (ISO 8583, field 2), the format of track 3, and
    // the length in bytes of EMV's tag 5A. The number then ends with the group, but for the tag, whose length says it.
    private void NotePrefixed(int start, int digits, int firstTwo)
    {
        // The zero that begins format and tag was passed over.
        var before = start == GroupStart || GroupStart == 0 || digits > IssuerRanges.Longest + 2 ? 0 : TUnits.At(_text, GroupStart - 1);
        if (before == ';')
        {
            (_prefixedAt, _prefixedLengths) = (Behind(start, 1), 1u << (digits - 1));
        }
        else if (before is 'A' or 'a' && firstTwo / 10 is >= 7 and <= 9)
        {
            var bytes = firstTwo / 10;
            (_prefixedAt, _prefixedLengths) = (Behind(start, 1), (1u << (2 * bytes)) | (1u << ((2 * bytes) - 1)));
        }
        else if (firstTwo == digits - 2 && firstTwo is >= IssuerRanges.Shortest and <= IssuerRanges.Longest)
        {
            (_prefixedAt, _prefixedLengths) = (Behind(start, 2), 1u << firstTwo);
        }
    }

    private readonly int Behind(int at, int digits)
    {
        for (var i = 0; i < digits; i++)
        {
            at = Behind(at);
        }

        return at;
    }

    private readonly int Behind(int at)
    {
        _ = Glyph.Read<TUnit, TUnits>(_text, at, out var length);
        return at + length;
    }

    private readonly int Longest(ref CardNumberWindow window, bool isInner, bool isAnnounced = false)
    {
        var candidates = window.Candidates;
        if (isInner)
        {
            candidates &= _innerEndsGroup ? _innerLengths & window.Edges : _innerLengths;
            if (_innerEndsGroup && window.Digits[0] != 3)
            {
                candidates &= 1u << MostLast;
            }
        }

        while (candidates != 0)
        {
            var digits = BitOperations.Log2(candidates);
            candidates ^= 1u << digits;
            if (MayEnd(in window, digits) && ((isAnnounced && _reach == CardNumberReach.InsideGroups) || !Lookalikes.Any<TUnit, TUnits>(_text, in window, digits, _reach)))
            {
                return digits;
            }
        }

        return 0;
    }

    private readonly bool MayEnd(in CardNumberWindow window, int digits)
    {
        if ((window.Edges & (1u << digits)) != 0)
        {
            return true;
        }

        if (_reach != CardNumberReach.WholeGroups)
        {
            return window.IsOneGroup(digits) || IsExpiryBehind(window.Ends[digits - 1], out _);
        }

        // Up to 19 digits are one number or none: otherwise two more of a hundred ordinary identifiers would be taken for one.
        return IsExpiryBehind(window.Ends[digits - 1], out var behind) && digits + behind > IssuerRanges.Longest;
    }

    // MMYY or YYMM, alone or with the three or four digits of a CVV or service code, and then the group's end.
    private readonly bool IsExpiryBehind(int at, out int digits)
    {
        const int expiry = 4;
        const int most = expiry + 4;
        var first = 0;
        for (digits = 0; at < _text.Length && digits <= most; digits++)
        {
            var digit = Glyph.Read<TUnit, TUnits>(_text, at, out var length);
            if (digit > 9)
            {
                break;
            }

            if (digits < expiry)
            {
                first = (first * 10) + digit;
            }

            at += length;
        }

        return digits is expiry or expiry + 3 or most && (first / 100 is >= 1 and <= 12 || first % 100 is >= 1 and <= 12);
    }
}
