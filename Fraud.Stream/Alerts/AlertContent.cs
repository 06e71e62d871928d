using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Alerts;

/// <summary>What an alert tells of a flagged payment.</summary>
/// <param name="TraceParent">Of its trace, as W3C has it; empty when none is sampled.</param>
public readonly record struct AlertContent(
    ShortText Id,
    ShortText CardId,
    ShortText TerminalId,
    long AmountMinor,
    Currency Currency,
    long EventTimeMs,
    float Score,
    Decision Decision,
    IReadOnlyList<string> Reasons,
    ScoredBy? ScoredBy,
    string TraceParent,
    string? TraceState)
{
    /// <summary>Of the alert. It follows from the payment's, so a repeat is recognised.</summary>
    public string AlertId => "alert-" + Id.ToString();

    /// <param name="page">Stands at the payment.</param>
    public static AlertContent Of(ref PageReader page)
    {
        ref var paid = ref page.Payment;
        var parent = page.TraceParent(out var state);
        return new AlertContent(
            paid.Id, paid.CardId, paid.TerminalId, paid.AmountMinor, paid.Currency, paid.EventTimeMs, paid.Score, paid.Decision, page.Reasons(),
            page.ScoredBy, parent, state);
    }
}
