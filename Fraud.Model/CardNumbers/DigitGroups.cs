using System.Runtime.CompilerServices;

namespace Fraud.Model.CardNumbers;

/// <summary>The groups that a candidate's digits stand in, and what stands around them.</summary>
internal readonly ref struct DigitGroups<TUnit, TUnits>
    where TUnit : unmanaged
    where TUnits : struct, ITextUnits<TUnit>
{
    private readonly ReadOnlySpan<TUnit> _text;
    private readonly Indexes _firsts;
    private readonly Indexes _starts;
    private readonly Indexes _ends;
    private readonly int _digits;

    public DigitGroups(ReadOnlySpan<TUnit> text, in CardNumberWindow window, int digits)
    {
        _text = text;
        _digits = digits;
        for (var i = 0; i < digits; i++)
        {
            if (i == 0 || window.Places[i] != window.Ends[i - 1])
            {
                (_firsts[Count], _starts[Count]) = (i, window.Places[i]);
                Count++;
            }

            _ends[Count - 1] = window.Ends[i];
        }
    }

    /// <summary>One at least.</summary>
    public int Count { get; }

    /// <summary>Where the last group ends in the text.</summary>
    public int End => _ends[Count - 1];

    /// <summary>Place of the group's first digit among all digits.</summary>
    public int First(int group) => _firsts[group];

    /// <summary>How many digits the group has.</summary>
    public int Digits(int group) => (group + 1 < Count ? _firsts[group + 1] : _digits) - _firsts[group];

    /// <summary>Where the group begins in the text.</summary>
    public int Start(int group) => _starts[group];

    /// <summary>What stands between the group and the one behind it.</summary>
    public ReadOnlySpan<TUnit> GapBehind(int group) => _text[_ends[group].._starts[group + 1]];

    /// <summary>The single unit before the group, whatever it is; -1 for a longer gap, 0 at the start of the text.</summary>
    public int SoleBefore(int group)
    {
        if (group > 0)
        {
            return SoleBehind(group - 1);
        }

        return _starts[0] == 0 ? 0 : TUnits.At(_text, _starts[0] - 1);
    }

    /// <summary>As <see cref="SoleBefore"/>, behind the group.</summary>
    public int SoleBehind(int group)
    {
        if (group + 1 < Count)
        {
            return _starts[group + 1] - _ends[group] == 1 ? TUnits.At(_text, _ends[group]) : -1;
        }

        return _ends[group] == _text.Length ? 0 : TUnits.At(_text, _ends[group]);
    }

    /// <summary>Whether a point and another digit stand before the group: a full stop ends a sentence.</summary>
    public bool HasPointBefore(int group) =>
        SoleBefore(group) == '.' && (group > 0 || Glyph.IsDigitBefore<TUnit, TUnits>(_text, _starts[0] - 1));

    /// <summary>As <see cref="HasPointBefore"/>, behind the group.</summary>
    public bool HasPointBehind(int group) =>
        SoleBehind(group) == '.'
        && (group + 1 < Count || (_ends[group] + 1 < _text.Length && Glyph.Read<TUnit, TUnits>(_text, _ends[group] + 1, out _) <= 9));

    [InlineArray(IssuerRanges.Longest)]
    private struct Indexes
    {
        private int _first;
    }
}
