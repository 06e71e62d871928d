using System.Text;
using System.Text.Json;
using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Journal;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>
/// Finds in a column's value what is to be replaced, and replaces it. A look and a change are the same walk, so that none finds more than the other.
/// </summary>
internal sealed class ContentEditor(IReplacement replacement)
{
    private const string AlertPrefix = "alert-";

    // Numbers of the service's own, which may have as many digits as a card: places in topics, times, traces.
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.Ordinal)
    {
        "origin.partition", "origin.offset", "origin.at", "traceparent", "tracestate",
    };

    private readonly PageWriter _pages = new();

    /// <param name="value">Text or bytes.</param>
    /// <param name="isAlert">Of the outbox: an alert, not a dead letter.</param>
    /// <param name="found">What it holds.</param>
    /// <returns>The value without what is replaced; the same instance when it holds nothing of it.</returns>
    public object Edit(ColumnContent content, object value, bool isAlert, out Found found)
    {
        found = Found.Nothing;
        return (content, value) switch
        {
            (ColumnContent.Payment, string id) => Identifier(IdentifierKind.Payment, id, ref found),
            (ColumnContent.Card, string id) => Identifier(IdentifierKind.Card, id, ref found),
            (ColumnContent.Identifier, string id) => Identifier(IdentifierKind.Other, id, ref found),
            (ColumnContent.Text or ColumnContent.Unknown, string text) => Text(text, ref found),
            (ColumnContent.Json, string json) => Json(json, Nowhere, ref found),
            (ColumnContent.OutboxSource, string source) => isAlert ? Alert(source, ref found) : source,
            (ColumnContent.OutboxHeaders, string headers) => Json(headers, Header, ref found),
            (ColumnContent.OutboxKey, byte[] key) when isAlert => AlertKey(key, ref found),
            (ColumnContent.OutboxValue, byte[] alert) when isAlert => AlertValue(alert, ref found),
            (ColumnContent.OutboxKey or ColumnContent.OutboxValue, byte[] record) => Record(record, ref found),
            (ColumnContent.Unknown, byte[] bytes) => IsText(bytes) ? Record(bytes, ref found) : bytes,
            (ColumnContent.JournalPage, byte[] page) => Page(page, ref found),
            (ColumnContent.Terminals, byte[] chunk) => Terminals(chunk, ref found),
            _ => value,
        };
    }

    private string Identifier(IdentifierKind kind, string id, ref Found found)
    {
        if (!replacement.Holds(kind, id))
        {
            return id;
        }

        found |= Found.Identifier;
        return replacement.NameOf(kind, id);
    }

    private ShortText Identifier(IdentifierKind kind, in ShortText id, ref Found found)
    {
        if (!replacement.Holds(kind, id))
        {
            return id;
        }

        found |= Found.Identifier;
        return ShortText.From(replacement.NameOf(kind, id.ToString()));
    }

    private string Alert(string id, ref Found found) => id.StartsWith(AlertPrefix, StringComparison.Ordinal)
        && Identifier(IdentifierKind.Payment, id[AlertPrefix.Length..], ref found) is var payment && found != Found.Nothing
            ? AlertPrefix + payment
            : id;

    private string Text(string text, ref Found found)
    {
        var masked = replacement.Text(text);
        found |= ReferenceEquals(masked, text) ? Found.Nothing : Found.Text;
        return masked;
    }

    // Strings of a member that are identifiers; null: it is a text.
    private delegate string? Special(string member, string value, ref Found found);

    private static string? Nowhere(string member, string value, ref Found found) => null;

    private string? Header(string member, string value, ref Found found) =>
        OwnHeaders.Contains(member) ? value : member == "alert_id" ? Alert(value, ref found) : null;

    private string? AlertMember(string member, string value, ref Found found) => member switch
    {
        "alert_id" => Alert(value, ref found),
        "transaction_id" => Identifier(IdentifierKind.Payment, value, ref found),
        "card_id" => Identifier(IdentifierKind.Card, value, ref found),
        "terminal_id" or "model" or "model_version" => Identifier(IdentifierKind.Other, value, ref found),
        "event_time" => value,
        _ => null,
    };

    private string Json(string json, Special special, ref Found found)
    {
        var edited = Json(Encoding.UTF8.GetBytes(json), special, ref found);
        return edited is null ? json : Encoding.UTF8.GetString(edited);
    }

    private byte[]? Json(byte[] json, Special special, ref Found found)
    {
        var all = Found.Nothing;
        try
        {
            var edited = JsonStrings.Edit(json, (member, value) =>
            {
                var one = Found.Nothing;
                var after = special(member, value, ref one) ?? Text(value, ref one);
                all |= one;
                return one == Found.Nothing ? value : after;
            });
            found |= all;
            return edited;
        }
        catch (JsonException)
        {
            // Whatever else it is, it is text.
            var text = Encoding.UTF8.GetString(json);
            var masked = Text(text, ref found);
            return ReferenceEquals(text, masked) ? null : Encoding.UTF8.GetBytes(masked);
        }
    }

    private byte[] AlertKey(byte[] key, ref Found found)
    {
        var card = Identifier(IdentifierKind.Card, Encoding.UTF8.GetString(key), ref found);
        return found == Found.Nothing ? key : Encoding.UTF8.GetBytes(card);
    }

    private byte[] AlertValue(byte[] alert, ref Found found) => Json(alert, AlertMember, ref found) ?? alert;

    private byte[] Record(byte[] record, ref Found found)
    {
        var edited = replacement.Record(record);
        found |= ReferenceEquals(edited, record) ? Found.Nothing : Found.Text;
        return edited;
    }

    private byte[] Page(byte[] bytes, ref Found found)
    {
        var page = new PageReader(bytes);
        _pages.Begin(page.StoredAtMs);
        var all = Found.Nothing;
        var payments = 0;
        var taken = page.ReadRetraction();
        while (page.Read())
        {
            var payment = page.Payment;
            payment.Id = Identifier(IdentifierKind.Payment, payment.Id, ref all);
            payment.CardId = Identifier(IdentifierKind.Card, payment.CardId, ref all);
            payment.TerminalId = Identifier(IdentifierKind.Other, payment.TerminalId, ref all);
            payment.Source = Masked(payment.Source, ref all);
            Retract(ref page, ref taken, payments++, ref all);
            _pages.Add(ref page, payment, Masked(page.Reasons(), ref all));
        }

        Retract(ref page, ref taken, payments, ref all);

        while (page.ReadDeadLetter() is { } dead)
        {
            var letter = dead.Letter;
            _pages.Add(dead with
            {
                Letter = letter with { Key = Record(letter.Key, ref all), Value = Record(letter.Value, ref all), Error = Text(letter.Error, ref all) },
            });
        }

        found |= all;
        return all == Found.Nothing ? bytes : _pages.End(page.NextOffset).ToArray();
    }

    private void Retract(ref PageReader page, ref PageRetraction? taken, int behind, ref Found found)
    {
        for (; taken is { Ordinal: var ordinal } && ordinal <= behind; taken = page.ReadRetraction())
        {
            var payment = taken.Payment;
            _pages.Retract(taken.Sequence, taken.PaymentOrdinal, payment with
            {
                TransactionId = Identifier(IdentifierKind.Payment, payment.TransactionId, ref found),
                CardId = Identifier(IdentifierKind.Card, payment.CardId, ref found),
                TerminalId = Identifier(IdentifierKind.Other, payment.TerminalId, ref found),
            });
        }
    }

    private string[] Masked(IReadOnlyList<string> reasons, ref Found found)
    {
        var masked = new string[reasons.Count];
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] = Text(reasons[i], ref found);
        }

        return masked;
    }

    // Texts of payments are short; what is put into one may make it too long, and then all of it goes.
    private ShortText Masked(in ShortText text, ref Found found)
    {
        if (text.IsEmpty)
        {
            return text;
        }

        var edited = Text(text.ToString(), ref found);
        return Encoding.UTF8.GetByteCount(edited) <= ShortText.Capacity ? ShortText.From(edited) : ShortText.From("***");
    }

    private byte[] Terminals(byte[] chunk, ref Found found)
    {
        // Row 0 of the set has no chunk. What they become is a matter of all chunks together: TerminalsMend.
        if (chunk.Length > 0 && StoredHistories.AnyTerminal(chunk, id => replacement.Holds(IdentifierKind.Other, id)))
        {
            found |= Found.Identifier;
        }

        return chunk;
    }

    private static bool IsText(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0);
}
