using Fraud.Model;
using Fraud.Stream.Database;

namespace Fraud.Stream.Storage;

/// <summary>Labels and what they change, on the writing connection. Runs within its transactions, so one after the other.</summary>
internal sealed class SqliteLabels(SqliteConnection connection, TimeProvider time) : ILabelWriter
{
    private readonly SqliteStatement _payment = connection.Prepare(
        "SELECT card_id, terminal_id, event_time FROM transactions WHERE transaction_id = ?1");

    private readonly SqliteStatement _label = connection.Prepare(
        "SELECT card_id, terminal_id, event_time, is_fraud FROM labels WHERE transaction_id = ?1");

    private readonly SqliteStatement _set = connection.Prepare(
        """
        INSERT INTO labels (transaction_id, card_id, terminal_id, event_time, is_fraud) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (transaction_id) DO UPDATE SET card_id = excluded.card_id, terminal_id = excluded.terminal_id,
            event_time = excluded.event_time, is_fraud = excluded.is_fraud
        """);

    private readonly SqliteStatement _anyWaits = connection.Prepare("SELECT EXISTS (SELECT 1 FROM waiting_labels)");
    private readonly SqliteStatement _waits = connection.Prepare("SELECT 1 FROM waiting_labels WHERE transaction_id = ?1");
    private readonly SqliteStatement _wait = connection.Prepare("INSERT INTO waiting_labels VALUES (?1) ON CONFLICT DO NOTHING");
    private readonly SqliteStatement _stopWaiting = connection.Prepare("DELETE FROM waiting_labels WHERE transaction_id = ?1");
    private readonly SqliteStatement _remove = connection.Prepare("DELETE FROM labels WHERE transaction_id = ?1");
    private readonly SqliteStatement _decision = connection.Prepare("SELECT was_fraud FROM case_labels WHERE transaction_id = ?1");
    private readonly SqliteStatement _decided = connection.Prepare("INSERT INTO case_labels VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    private readonly SqliteStatement _undecided = connection.Prepare("DELETE FROM case_labels WHERE transaction_id = ?1");
    private readonly SqliteStatement _append = connection.Prepare(
        """
        INSERT INTO label_journal (sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta, stored_at)
        VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM label_journal), ?1, ?2, ?3, ?4, ?5, ?6)
        """);

    /// <summary>Some label waits for its payment: each newly stored one is to be asked for with <see cref="Complete"/>.</summary>
    public bool AnyWaits()
    {
        _anyWaits.Step();
        var any = _anyWaits.Integer(0) == 1;
        _anyWaits.Reset();
        return any;
    }

    /// <summary>A label that waited for a newly stored payment becomes a change.</summary>
    /// <param name="paid">What the payment says of card, terminal and time.</param>
    public void Complete(in Label paid)
    {
        if (Waits(paid.TransactionId) && Read(_label, paid.TransactionId) is { } label)
        {
            Write(new MergedLabel(label.FilledFrom(paid) with { IsFraud = true }, Waits: false, FraudDelta: 1));
        }
    }

    /// <summary>A label that somebody gave: whatever was decided about the case, it stays when that is withdrawn.</summary>
    public void Write(Label label, List<LabelChange> changes)
    {
        _undecided.Text(1, label.TransactionId.Utf8).Run();
        Merge(label, changes);
    }

    /// <remarks>The file has one writer, so each is alone.</remarks>
    public List<LabelChange> TryWrite(IReadOnlyList<Label> labels, bool isAlone)
    {
        var changes = new List<LabelChange>();
        foreach (var label in labels)
        {
            Write(label, changes);
        }

        return changes;
    }

    public void WriteDecision(Label label)
    {
        var before = ReadLabel(label.TransactionId);
        if (before?.IsFraud != label.IsFraud)
        {
            _decided.Text(1, label.TransactionId.Utf8);
            (before is { } known ? _decided.Integer(2, known.IsFraud ? 1 : 0) : _decided.Null(2)).Run();
        }

        Merge(label, []);
    }

    public void Withdraw(ShortText id)
    {
        var isDecided = _decision.Text(1, id.Utf8).Step();
        bool? wasFraud = isDecided && !_decision.IsNull(0) ? _decision.Integer(0) == 1 : null;
        _decision.Reset();
        if (!isDecided || ReadLabel(id) is not { } label)
        {
            return;
        }

        _undecided.Text(1, id.Utf8).Run();
        if (wasFraud is { } isFraud)
        {
            Merge(label with { IsFraud = isFraud }, []);
            return;
        }

        _remove.Text(1, id.Utf8).Run();
        if (label.IsFraud)
        {
            Append(label, -1);
        }
    }

    private void Merge(in Label label, List<LabelChange> changes)
    {
        var id = label.TransactionId;
        var merged = LabelMerge.Merge(label, ReadLabel(id), Waits(id), Read(_payment, id));
        Write(merged);
        if (merged.FraudDelta != 0)
        {
            changes.Add(new LabelChange(merged.Label, merged.FraudDelta));
        }
    }

    private void Write(MergedLabel merged)
    {
        Bind(_set, merged.Label).Integer(5, merged.Label.IsFraud ? 1 : 0).Run();
        (merged.Waits ? _wait : _stopWaiting).Text(1, merged.Label.TransactionId.Utf8).Run();
        if (merged.FraudDelta != 0)
        {
            Append(merged.Label, merged.FraudDelta);
        }
    }

    private void Append(in Label label, int fraudDelta) =>
        Bind(_append, label).Integer(5, fraudDelta).Integer(6, time.GetUtcNow().ToUnixTimeMilliseconds()).Run();

    private static SqliteStatement Bind(SqliteStatement statement, in Label label) => statement
        .Text(1, label.TransactionId.Utf8)
        .Text(2, label.CardId.Utf8)
        .Text(3, label.TerminalId.Utf8)
        .Integer(4, label.EventTimeMs);

    private bool Waits(in ShortText id)
    {
        var waits = _waits.Text(1, id.Utf8).Step();
        _waits.Reset();
        return waits;
    }

    private Label? ReadLabel(in ShortText id)
    {
        Label? label = null;
        if (_label.Text(1, id.Utf8).Step())
        {
            label = Row(_label, id) with { IsFraud = _label.Integer(3) == 1 };
        }

        _label.Reset();
        return label;
    }

    private static Label? Read(SqliteStatement query, in ShortText id)
    {
        Label? label = query.Text(1, id.Utf8).Step() ? Row(query, id) : null;
        query.Reset();
        return label;
    }

    private static Label Row(SqliteStatement row, in ShortText id) =>
        new(id, row.ShortText(0), row.ShortText(1), row.Integer(2), IsFraud: false);
}
