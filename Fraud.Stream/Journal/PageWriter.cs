using System.Runtime.InteropServices;
using Fraud.Model;
using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Journal;

/// <summary>
/// Writes one page: what one commit adds to one shard, in its order. Some 60 to 80 bytes a payment, by the length of its identifiers. Reused from one page to the next; one caller at a time.
/// </summary>
public sealed class PageWriter
{
    private readonly StateWriter _page = new();
    private readonly StateWriter _rows = new();
    private readonly StateWriter _count = new();
    private readonly StateWriter _value = new();
    private readonly StateWriter _letters = new();
    private readonly StateWriter _retractions = new();
    private readonly Column _reasons = new();
    private readonly Column _features = new();
    private readonly Column _traces = new();
    private readonly List<ScoredBy> _models = [];
    private long _storedAtMs;
    private long _eventTime;
    private long _offset;
    private long _letterOffset;
    private int _letterCount;
    private int _retractionCount;
    private int _retractionOrdinal;

    /// <summary>Payments of the page so far.</summary>
    public int Payments { get; private set; }

    /// <param name="storedAtMs">Milliseconds since 1970 UTC.</param>
    public void Begin(long storedAtMs)
    {
        _rows.BeginPart();
        _letters.BeginPart();
        _retractions.BeginPart();
        _reasons.Begin();
        _features.Begin();
        _traces.Begin();
        _models.Clear();
        _storedAtMs = storedAtMs;
        _eventTime = _offset = _letterOffset = 0;
        _letterCount = _retractionCount = _retractionOrdinal = Payments = 0;
    }

    /// <summary>Adds a payment that was scored.</summary>
    /// <param name="keepsFeatures">Whether what the model was given is kept.</param>
    public void Add(Payment payment, bool keepsFeatures)
    {
        var transaction = payment.Transaction;
        var row = new PagePayment
        {
            Id = transaction.Id,
            CardId = transaction.CardId,
            TerminalId = transaction.TerminalId,
            Source = transaction.Source,
            AmountMinor = transaction.AmountMinor,
            CountedMinor = transaction.AmountMinor,
            Currency = transaction.Currency,
            EventTimeMs = transaction.EventTimeMs,
            KafkaOffset = payment.KafkaOffset,
            Score = payment.Score,
            Decision = payment.Decision,
        };
        var (parent, state) = payment is { Decision: not Decision.Approve, Trace: { } trace } ? (trace.TraceParent, trace.TraceState) : ("", null);
        Add(
            row, payment.ScoredBy!, payment.Reasons, keepsFeatures ? MemoryMarshal.AsBytes(payment.Features.AsSpan()) : [], parent, state);
    }

    /// <summary>Adds a payment of another page.</summary>
    /// <param name="page">Where it was read.</param>
    /// <param name="payment">It, or what is to stand in its place.</param>
    /// <param name="reasons">What is to stand in place of its reasons; null to keep them.</param>
    public void Add(ref PageReader page, in PagePayment payment, IReadOnlyList<string>? reasons = null)
    {
        if (payment.IsBare)
        {
            AddBare(payment.Entry);
            return;
        }

        var parent = page.TraceParent(out var state);
        Add(payment, page.ScoredBy!, reasons ?? page.Reasons(), page.FeatureBytes(), parent, state);
    }

    /// <summary>Adds a payment of which only that is known which histories need.</summary>
    public void AddBare(in JournalEntry entry)
    {
        Payments++;
        _rows.Byte(PageFormat.Bare);
        _rows.Text(entry.TransactionId);
        _rows.Text(entry.CardId);
        _rows.Text(entry.TerminalId);
        _rows.Signed(entry.AmountMinor);
        Time(entry.EventTimeMs);
    }

    public void Add(PageDeadLetter dead)
    {
        _letterCount++;
        _letters.Signed(dead.KafkaOffset - _letterOffset);
        _letterOffset = dead.KafkaOffset;
        _letters.Signed(dead.ArrivedAtMs - _storedAtMs);
        _letters.String(dead.Letter.Reason);
        _letters.String(dead.Letter.Field);
        _letters.String(dead.Letter.Error);
        _letters.Block(dead.Letter.Key);
        _letters.Block(dead.Letter.Value);
    }

    /// <summary>Takes a payment back, behind the payments that were added so far.</summary>
    /// <param name="sequence">Page of the shard in which it was counted.</param>
    /// <param name="ordinal">Its place there.</param>
    public void Retract(long sequence, int ordinal, in JournalEntry payment)
    {
        _retractionCount++;
        _retractions.Unsigned((ulong)(Payments - _retractionOrdinal));
        _retractionOrdinal = Payments;
        _retractions.Unsigned((ulong)sequence);
        _retractions.Unsigned((ulong)ordinal);
        _retractions.Text(payment.TransactionId);
        _retractions.Text(payment.CardId);
        _retractions.Text(payment.TerminalId);
        _retractions.Signed(payment.AmountMinor);
        _retractions.Signed(payment.EventTimeMs - _storedAtMs);
    }

    /// <summary>The page; valid until the next <see cref="Begin"/>.</summary>
    /// <param name="nextOffset">Kafka's offset to go on at; null when the shard has none yet.</param>
    public ReadOnlySpan<byte> End(long? nextOffset)
    {
        _page.Begin(PageFormat.Version);
        _page.Unsigned((ulong)_storedAtMs);
        Counted(PageFormat.Payments, Payments, _rows);
        if (_models.Count > 0)
        {
            _value.BeginPart();
            foreach (var by in _models)
            {
                _value.String(by.Model);
                _value.String(by.Version);
                _value.Single(by.ReviewThreshold);
                _value.Single(by.BlockThreshold);
            }

            Section(PageFormat.Models, _value.Written);
        }

        Section(PageFormat.Reasons, _reasons.Written);
        Section(PageFormat.Features, _features.Written);
        if (nextOffset is { } next)
        {
            _value.BeginPart();
            _value.Unsigned((ulong)next);
            Section(PageFormat.NextOffset, _value.Written);
        }

        Counted(PageFormat.DeadLetters, _letterCount, _letters);
        Section(PageFormat.Traces, _traces.Written);
        Counted(PageFormat.Retractions, _retractionCount, _retractions);
        return _page.End();
    }

    private void Add(
        in PagePayment payment, ScoredBy by, IReadOnlyList<string> reasons, ReadOnlySpan<byte> features, string traceParent, string? traceState)
    {
        var ordinal = Payments++;
        var isFromKafka = payment.KafkaOffset >= 0;
        _rows.Byte((byte)((byte)payment.Decision | (isFromKafka ? PageFormat.FromKafka : 0)));
        _rows.Text(payment.Id);
        _rows.Text(payment.CardId);
        _rows.Text(payment.TerminalId);
        _rows.Text(payment.Source);
        Span<byte> currency = stackalloc byte[3];
        payment.Currency.CopyTo(currency);
        _rows.Bytes(currency);
        _rows.Unsigned((ulong)payment.AmountMinor);
        _rows.Signed(payment.CountedMinor - payment.AmountMinor);
        Time(payment.EventTimeMs);
        if (isFromKafka)
        {
            _rows.Signed(payment.KafkaOffset - _offset);
            _offset = payment.KafkaOffset;
        }

        _rows.Single(payment.Score);
        _rows.Unsigned((ulong)NumberOf(by));
        if (reasons.Count > 0)
        {
            _value.BeginPart();
            _value.Unsigned((ulong)reasons.Count);
            foreach (var reason in reasons)
            {
                _value.String(reason);
            }

            _reasons.Add(ordinal, _value.Written);
        }

        _features.Add(ordinal, features);
        if (traceParent.Length > 0)
        {
            _value.BeginPart();
            _value.String(traceParent);
            if (traceState is { Length: > 0 })
            {
                _value.String(traceState);
            }

            _traces.Add(ordinal, _value.Written);
        }
    }

    // Neighbours are close in time.
    private void Time(long eventTimeMs)
    {
        _rows.Signed(eventTimeMs - _eventTime);
        _eventTime = eventTimeMs;
    }

    // One as a rule, two while a model is replaced or two share the traffic.
    private int NumberOf(ScoredBy by)
    {
        for (var i = 0; i < _models.Count; i++)
        {
            if (ReferenceEquals(_models[i], by) || _models[i] == by)
            {
                return i;
            }
        }

        _models.Add(by);
        return _models.Count - 1;
    }

    private void Counted(int tag, int count, StateWriter rows)
    {
        if (count == 0)
        {
            return;
        }

        _count.BeginPart();
        _count.Unsigned((ulong)count);
        _page.Unsigned((ulong)tag);
        _page.Unsigned((ulong)(_count.Length + rows.Length));
        _page.Bytes(_count.Written);
        _page.Bytes(rows.Written);
    }

    private void Section(int tag, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _page.Unsigned((ulong)tag);
            _page.Block(bytes);
        }
    }

    private sealed class Column
    {
        private readonly StateWriter _bytes = new();
        private int _next;

        public ReadOnlySpan<byte> Written => _bytes.Written;

        public void Begin()
        {
            _bytes.BeginPart();
            _next = 0;
        }

        public void Add(int ordinal, ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty)
            {
                return;
            }

            _bytes.Unsigned((ulong)(ordinal - _next));
            _bytes.Block(bytes);
            _next = ordinal + 1;
        }
    }
}
