using System.Runtime.InteropServices;
using System.Text;
using Fraud.Model;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Journal;

/// <summary>
/// Reads a page, payment by payment: <c>while (page.Read()) { page.Payment ... }</c>. Reasons, features and trace are decoded only where they are
/// asked for. Allocates nothing else.
/// </summary>
/// <remarks>Whatever the bytes are, what does not fit is a <see cref="CorruptStateException"/>.</remarks>
public ref struct PageReader
{
    private const string What = "journal page";

    private readonly List<ScoredBy> _models;
    private readonly bool _isFirstVersion;
    private readonly int _count;
    private StateReader _rows;
    private StateReader _letters;
    private StateReader _retractions;
    private PageColumn _reasons;
    private PageColumn _features;
    private PageColumn _traces;
    private int _lettersLeft;
    private int _retractionsLeft;
    private int _retractionOrdinal;
    private long _letterOffset;
    private long _offset;
    private int _ordinal = -1;

    /// <summary>The payment that was read.</summary>
    public PagePayment Payment;

    /// <exception cref="CorruptStateException">The page is damaged, or has something that this program does not know and must.</exception>
    public PageReader(ReadOnlySpan<byte> page)
    {
        var reader = new StateReader(page, What);
        _models = [];
        if (reader.Version == PageFormat.First)
        {
            _isFirstVersion = true;
            _count = int.MaxValue;
            _rows = reader;
            return;
        }

        if (reader.Version != PageFormat.Version)
        {
            throw reader.Corrupt($"expected version {PageFormat.First} or {PageFormat.Version}, found {reader.Version}");
        }

        StoredAtMs = (long)reader.Unsigned();
        _rows = _letters = _retractions = StateReader.OfPart([], What);
        _reasons = _features = _traces = new PageColumn([], What);
        ulong last = 0;
        while (!reader.IsAtEnd)
        {
            var tag = reader.Unsigned();
            var section = reader.Block();
            if (tag <= last || section.IsEmpty)
            {
                throw reader.Corrupt($"section {tag} is empty, or not behind section {last}");
            }

            last = tag;
            switch (tag)
            {
                case PageFormat.Payments:
                    _rows = StateReader.OfPart(section, What);
                    _count = _rows.Count();
                    break;
                case PageFormat.Models:
                    ReadModels(section);
                    break;
                case PageFormat.Reasons:
                    _reasons = new PageColumn(section, What);
                    break;
                case PageFormat.Features:
                    _features = new PageColumn(section, What);
                    break;
                case PageFormat.NextOffset:
                    NextOffset = (long)StateReader.OfPart(section, What).Unsigned();
                    break;
                case PageFormat.DeadLetters:
                    _letters = StateReader.OfPart(section, What);
                    _lettersLeft = _letters.Count();
                    break;
                case PageFormat.Traces:
                    _traces = new PageColumn(section, What);
                    break;
                case PageFormat.Retractions:
                    _retractions = StateReader.OfPart(section, What);
                    _retractionsLeft = _retractions.Count();
                    break;
                default:
                    _ = tag % 2 == 0 ? tag : throw reader.Corrupt($"section {tag} is not known: a newer program wrote it");
                    break;
            }
        }
    }

    /// <summary>When it was written, milliseconds since 1970 UTC; 0 in pages of the first version.</summary>
    public long StoredAtMs { get; }

    /// <summary>Kafka's offset behind the page; null when it was never read from.</summary>
    public long? NextOffset { get; }

    /// <summary>Payments of the page; of the first version it is not known before they were read.</summary>
    public readonly int? Count => _isFirstVersion ? null : _count;

    /// <summary>Place of the payment in the page, from 0.</summary>
    public readonly int Ordinal => _ordinal;

    /// <summary>Goes on to the next payment; false behind the last.</summary>
    public bool Read()
    {
        if (_isFirstVersion ? _rows.IsAtEnd : _ordinal + 1 >= _count)
        {
            End();
            return false;
        }

        _ordinal++;
        if (_isFirstVersion)
        {
            ReadBare(ref _rows);
        }
        else
        {
            ReadRow(ref _rows);
        }

        return true;
    }

    /// <summary>Which model scored the payment, and the thresholds that it was held against; null when it is bare.</summary>
    public readonly ScoredBy? ScoredBy => Payment.IsBare ? null : _models[Payment.Model];

    /// <summary>Why it was flagged.</summary>
    public IReadOnlyList<string> Reasons()
    {
        var bytes = _reasons.At(_ordinal);
        if (bytes.IsEmpty)
        {
            return [];
        }

        var reader = StateReader.OfPart(bytes, What);
        var reasons = new string[reader.Count()];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = reader.String();
        }

        return reader.IsAtEnd ? reasons : throw reader.Corrupt("something follows the reasons of a payment");
    }

    /// <summary>What the model was given; empty where that was not kept. Valid as long as the page.</summary>
    public ReadOnlySpan<float> Features() => MemoryMarshal.Cast<byte, float>(FeatureBytes());

    /// <summary>The trace that it belongs to, as W3C has it; empty when none is sampled.</summary>
    public string TraceParent(out string? state)
    {
        state = null;
        var bytes = _traces.At(_ordinal);
        if (bytes.IsEmpty)
        {
            return "";
        }

        var reader = StateReader.OfPart(bytes, What);
        var parent = reader.String();
        state = reader.IsAtEnd ? null : reader.String();
        return parent;
    }

    /// <summary>Gives the records that are no payments, one a call, in the order of their offsets; null behind the last.</summary>
    public PageDeadLetter? ReadDeadLetter()
    {
        if (_lettersLeft == 0)
        {
            return null;
        }

        _lettersLeft--;
        _letterOffset += _letters.Signed();
        var arrivedAt = StoredAtMs + _letters.Signed();
        var (reason, field, error) = (_letters.String(), _letters.String(), _letters.String());
        var key = _letters.Block().ToArray();
        var letter = new PageDeadLetter(_letterOffset, arrivedAt, new DeadLetter(key, _letters.Block().ToArray(), reason, error, field));
        return _lettersLeft > 0 || _letters.IsAtEnd ? letter : throw _letters.Corrupt("something follows the dead letters");
    }

    /// <summary>Gives the payments that are taken back, one a call, in their order; null behind the last.</summary>
    public PageRetraction? ReadRetraction()
    {
        if (_retractionsLeft == 0)
        {
            return null;
        }

        _retractionsLeft--;
        var passed = _retractions.Unsigned();
        var ordinal = (long)_retractionOrdinal + (long)Math.Min(passed, int.MaxValue);
        _retractionOrdinal = ordinal <= _count ? (int)ordinal : throw _retractions.Corrupt($"a payment is taken back behind {ordinal} payments of {_count}");
        var (sequence, place) = ((long)_retractions.Unsigned(), (int)Math.Min(_retractions.Unsigned(), int.MaxValue));
        var (id, card, terminal) = (_retractions.Text(), _retractions.Text(), _retractions.Text());
        var retraction = new PageRetraction(
            _retractionOrdinal, sequence, place, new JournalEntry(id, card, terminal, _retractions.Signed(), StoredAtMs + _retractions.Signed()));
        return _retractionsLeft > 0 || _retractions.IsAtEnd ? retraction : throw _retractions.Corrupt("something follows what is taken back");
    }

    internal ReadOnlySpan<byte> FeatureBytes()
    {
        var bytes = _features.At(_ordinal);
        return bytes.Length % sizeof(float) == 0 ? bytes : throw _rows.Corrupt($"features of {bytes.Length} bytes");
    }

    private readonly void ReadModels(ReadOnlySpan<byte> section)
    {
        var reader = StateReader.OfPart(section, What);
        while (!reader.IsAtEnd)
        {
            _models.Add(new ScoredBy(reader.String(), reader.String(), reader.Single(), reader.Single()));
        }
    }

    private void ReadRow(ref StateReader row)
    {
        var flags = row.Byte();
        if ((flags & ~PageFormat.KnownBits) != 0)
        {
            throw row.Corrupt($"a payment is marked {flags}, which is not known: a newer program wrote it");
        }

        if ((flags & PageFormat.Bare) != 0)
        {
            ReadBare(ref row);
            return;
        }

        Payment.Id = row.Text();
        Payment.CardId = row.Text();
        Payment.TerminalId = row.Text();
        Payment.Source = row.Text();
        var currency = row.Bytes(3);
        if (!Currency.TryParse(currency, out Payment.Currency) && currency is not [0, 0, 0])
        {
            throw row.Corrupt($"expected a currency, found '{Encoding.Latin1.GetString(currency)}'");
        }

        Payment.AmountMinor = (long)row.Unsigned();
        Payment.CountedMinor = Payment.AmountMinor + row.Signed();
        Payment.EventTimeMs += row.Signed();
        Payment.Decision = (Decision)(flags & PageFormat.DecisionBits);
        Payment.KafkaOffset = (flags & PageFormat.FromKafka) == 0 ? -1 : _offset += row.Signed();
        Payment.Score = row.Single();
        Payment.Model = row.Unsigned() is var model && model < (ulong)_models.Count
            ? (int)model
            : throw row.Corrupt($"model {model} of {_models.Count}");
    }

    private void ReadBare(ref StateReader row)
    {
        // Neighbours are close in time.
        var before = Payment.EventTimeMs;
        Payment = new PagePayment { KafkaOffset = -1, Model = -1, Id = row.Text(), CardId = row.Text(), TerminalId = row.Text() };
        Payment.AmountMinor = Payment.CountedMinor = row.Signed();
        Payment.EventTimeMs = before + row.Signed();
    }

    private void End()
    {
        if (_isFirstVersion)
        {
            return;
        }

        if (!_rows.IsAtEnd)
        {
            throw _rows.Corrupt($"something follows its {_count} payments");
        }

        _reasons.End(_count);
        _features.End(_count);
        _traces.End(_count);
    }
}
