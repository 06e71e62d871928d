using Fraud.Model.Snapshots;

namespace Fraud.Stream.Journal;

/// <summary>Reads a column of a page beside its rows: most payments have nothing there.</summary>
internal ref struct PageColumn
{
    private StateReader _rest;
    private ReadOnlySpan<byte> _bytes;
    private long _ordinal = -1;

    public PageColumn(ReadOnlySpan<byte> section, string what)
    {
        _rest = StateReader.OfPart(section, what);
        Next();
    }

    /// <summary>What a payment has there; ordinals ascend from call to call.</summary>
    public ReadOnlySpan<byte> At(int ordinal)
    {
        while (_ordinal < ordinal)
        {
            Next();
        }

        return _ordinal == ordinal ? _bytes : [];
    }

    /// <summary>Behind the last payment: passes over what was not asked for, behind which nothing may be left.</summary>
    public void End(int payments)
    {
        while (_ordinal < payments)
        {
            Next();
        }

        if (_ordinal != long.MaxValue)
        {
            throw _rest.Corrupt("a column goes on behind the last payment");
        }
    }

    private void Next()
    {
        if (_rest.IsAtEnd)
        {
            _ordinal = long.MaxValue;
            return;
        }

        var passed = _rest.Unsigned();
        _ordinal = passed < int.MaxValue ? _ordinal + 1 + (long)passed : throw _rest.Corrupt("a column names a payment that no page has");
        _bytes = _rest.Block();
    }
}
