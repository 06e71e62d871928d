using System.Runtime.InteropServices;
using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>The statements by which rows are written in SQLite, within the transactions of <see cref="SqliteResultRows"/>.</summary>
internal sealed class SqliteRowWriter
{
    private readonly SqliteConnection _connection;
    private readonly SqliteLabels _labels;
    private readonly SqliteRefusedRows _parked;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _place;
    private readonly SqliteStatement _stored;
    private readonly SqliteStatement _repeat;
    private readonly SqliteStatement _retract;
    private bool _anyParked;

    public SqliteRowWriter(SqliteConnection connection, TimeProvider time)
    {
        _connection = connection;
        _labels = new SqliteLabels(connection, time);
        _parked = new SqliteRefusedRows(connection, time);
        _insert = connection.PrepareOnce(
            """
            INSERT INTO transactions (transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time,
                source, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold,
                features, kafka_offset, scored_at, sequence, ordinal)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
            ON CONFLICT (transaction_id) DO NOTHING
            """);
        _place = connection.PrepareOnce(
            "SELECT 1 FROM transactions WHERE transaction_id = ?1 AND shard = ?2 AND sequence = ?3 AND ordinal = ?4");
        _stored = connection.PrepareOnce("SELECT 1 FROM transactions WHERE transaction_id = ?1");
        _repeat = connection.PrepareOnce(
            "INSERT INTO repeated_payments (shard, sequence, ordinal, transaction_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        _retract = connection.PrepareOnce(
            "UPDATE repeated_payments SET retracted = ?4 WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3");
    }

    /// <summary>Rows that were added since <see cref="Begin"/>.</summary>
    public int Payments { get; private set; }

    /// <summary>Payments whose id was stored or parked before.</summary>
    public int Repeats { get; private set; }

    /// <summary>Some label waits for its payment.</summary>
    public bool LabelsWait { get; private set; }

    public void Begin() => (Payments, Repeats) = (0, 0);

    /// <summary>At the beginning of each transaction: another process may have written since.</summary>
    public void Look()
    {
        LabelsWait = _labels.AnyWaits();
        _anyParked = _parked.Any();
    }

    public void Write(in PageSlice slice)
    {
        var page = new PageReader(slice.Page.Bytes.Span);
        while (slice.Read(ref page))
        {
            Write(ref page, slice);
        }
    }

    /// <summary>Writes all of the slice or nothing.</summary>
    /// <returns>Why the database refuses it, or null.</returns>
    public RowsRefusedException? TryWrite(PageSlice slice)
    {
        var (payments, repeats) = (Payments, Repeats);
        var refused = _connection.TryPart(() => Write(slice));
        if (refused is not null)
        {
            (Payments, Repeats) = (payments, repeats);
        }

        return refused;
    }

    /// <summary>Notes of repeats that a page takes back.</summary>
    public void CloseNotes(in FollowedPage followed)
    {
        var page = new PageReader(followed.Bytes.Span);
        while (page.ReadRetraction() is { } taken)
        {
            _retract.Integer(1, followed.Shard).Integer(2, taken.Sequence).Integer(3, taken.PaymentOrdinal).Integer(4, followed.Sequence).Run();
        }
    }

    /// <summary>A payment is refused alone.</summary>
    /// <returns>False when its id has a row: then it is a repeat, and that a trigger refuses it, which is asked before, is of no matter.</returns>
    public bool TryPark(FollowedPage page, int ordinal, RowsRefusedException why)
    {
        var slice = new PageSlice(page, ordinal, ordinal + 1);
        var reader = new PageReader(page.Bytes.Span);
        slice.Read(ref reader);
        if (IsStored(reader.Payment.Id))
        {
            NoteUnless(IsAt(reader, slice), reader, slice);
            return false;
        }

        _parked.Park(page, ordinal, why);
        return _anyParked = true;
    }

    public RetryOutcome Retry(RefusedRow parked)
    {
        if (!_parked.Has(parked))
        {
            return RetryOutcome.Gone;
        }

        var outcome = RetryOutcome.Refused;
        if (_connection.TryPart(() => outcome = WriteParked(parked)) is { } why)
        {
            _parked.RefusedAgain(parked, why);
        }

        return outcome;
    }

    private RetryOutcome WriteParked(RefusedRow parked)
    {
        var slice = PageSlice.Of(parked);
        var page = new PageReader(parked.Page);
        slice.Read(ref page);
        Insert(ref page, slice);
        if (_connection.Changes > 0)
        {
            Complete(page.Payment);
        }
        else if (!IsAt(page, slice))
        {
            return RetryOutcome.IdIsTaken;
        }

        _parked.Leave(parked);
        return RetryOutcome.Written;
    }

    private void Write(ref PageReader page, in PageSlice slice)
    {
        if (_anyParked && _parked.Find(page.Payment.Id) is { } first)
        {
            // The first of its id has a place, though no row: this one is a repeat, unless it is that one.
            NoteUnless(first == (slice.Page.Shard, new JournalPlace(slice.Page.Sequence, slice.OrdinalOf(page))), page, slice);
            return;
        }

        Insert(ref page, slice);
        if (_connection.Changes == 0)
        {
            NoteUnless(IsAt(page, slice), page, slice);
            return;
        }

        Payments++;
        Complete(page.Payment);
    }

    private void Complete(in PagePayment payment)
    {
        if (LabelsWait)
        {
            _labels.Complete(new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, IsFraud: true));
        }
    }

    private void Insert(ref PageReader page, in PageSlice slice)
    {
        ref var payment = ref page.Payment;
        var by = page.ScoredBy!;
        var reasons = page.Reasons();
        _insert.Text(1, payment.Id.Utf8)
            .Integer(2, slice.Page.Shard)
            .Text(3, payment.CardId.Utf8)
            .Text(4, payment.TerminalId.Utf8)
            .Integer(5, payment.AmountMinor)
            .Text(6, payment.Currency.ToString())
            .Integer(7, payment.EventTimeMs)
            .Text(8, payment.Source.Utf8)
            .Real(9, payment.Score)
            .Integer(10, (int)payment.Decision)
            .Text(11, reasons.Count == 0 ? null : StoredJson.Reasons(reasons))
            .Text(12, by.Model)
            .Text(13, by.Version)
            .Real(14, by.ReviewThreshold)
            .Real(15, by.BlockThreshold)
            // Empty where they were not kept.
            .Blob(16, MemoryMarshal.AsBytes(page.Features()))
            .Integer(18, page.StoredAtMs)
            .Integer(19, slice.Page.Sequence)
            .Integer(20, slice.OrdinalOf(page));
        (payment.KafkaOffset >= 0 ? _insert.Integer(17, payment.KafkaOffset) : _insert.Null(17)).Run();
    }

    private bool IsStored(in ShortText id)
    {
        var isStored = _stored.Text(1, id.Utf8).Step();
        _stored.Reset();
        return isStored;
    }

    private bool IsAt(in PageReader page, in PageSlice slice)
    {
        var isThere = _place.Text(1, page.Payment.Id.Utf8).Integer(2, slice.Page.Shard).Integer(3, slice.Page.Sequence)
            .Integer(4, slice.OrdinalOf(page)).Step();
        _place.Reset();
        return isThere;
    }

    private void NoteUnless(bool isItself, in PageReader page, in PageSlice slice)
    {
        if (!isItself)
        {
            Repeats++;
            _repeat.Integer(1, slice.Page.Shard).Integer(2, slice.Page.Sequence).Integer(3, slice.OrdinalOf(page)).Text(4, page.Payment.Id.Utf8).Run();
        }
    }
}
