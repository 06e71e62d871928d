using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Faults.Checking;

/// <summary>
/// Looks for an order of one card's payments that gives the features as they were stored. What came through Kafka
/// stays in its order, what came over HTTP too; only how the two interleave is open.
/// </summary>
internal sealed class CardOrder
{
    // A card has some ten payments in a run, one or two of them over HTTP: a few dozen orders.
    private const int MostTries = 20_000;

    private readonly JournalEntry[] _history;
    private readonly JournalEntry[] _kafka;
    private readonly JournalEntry[] _http;
    private readonly LabelJournalEntry[] _labels;
    private readonly IReadOnlyDictionary<string, StoredResult> _results;
    private readonly Transaction _payment = new();
    private readonly float[] _features = new float[FeatureCatalog.Count];
    private int _tries;

    public CardOrder(
        ShortText card,
        IReadOnlyList<JournalEntry> journal,
        IReadOnlyList<LabelJournalEntry> labels,
        IReadOnlyDictionary<string, StoredResult> results,
        long boundaryMs)
    {
        _results = results;
        var mine = journal.Where(entry => entry.CardId == card).ToArray();
        _history = [.. mine.Where(entry => entry.EventTimeMs < boundaryMs)];
        var stream = mine.Where(entry => entry.EventTimeMs >= boundaryMs).ToArray();
        _kafka = [.. stream.Where(entry => IsFromKafka(entry))];
        _http = [.. stream.Where(entry => !IsFromKafka(entry))];
        _labels = [.. labels.Where(entry => entry.Change.Label.CardId == card)];
    }

    public bool Explains() => Search(new List<JournalEntry>(_kafka.Length + _http.Length), 0, 0);

    /// <summary>The payments, by their ids.</summary>
    public string Describe() =>
        $"the payments {string.Join(" ", _kafka.Select(static entry => entry.TransactionId))} (Kafka) and {string.Join(" ", _http.Select(static entry => entry.TransactionId))} (HTTP)";

    private bool IsFromKafka(in JournalEntry entry) =>
        _results.TryGetValue(entry.TransactionId.ToString(), out var result) && result.KafkaOffset is not null;

    private bool Search(List<JournalEntry> order, int kafka, int http)
    {
        if (++_tries > MostTries || !Fits(order))
        {
            return false;
        }

        if (kafka == _kafka.Length && http == _http.Length)
        {
            return true;
        }

        return (kafka < _kafka.Length && SearchWith(order, _kafka[kafka], kafka + 1, http))
            || (http < _http.Length && SearchWith(order, _http[http], kafka, http + 1));
    }

    private bool SearchWith(List<JournalEntry> order, in JournalEntry next, int kafka, int http)
    {
        order.Add(next);
        if (Search(order, kafka, http))
        {
            return true;
        }

        order.RemoveAt(order.Count - 1);
        return false;
    }

    /// <summary>Whether the last payment of an order has the stored features; those before it were asked already.</summary>
    private bool Fits(List<JournalEntry> order)
    {
        if (order.Count == 0)
        {
            return true;
        }

        var local = new LocalProfile(new ProfileOptions(), shards: 1);
        foreach (var entry in _history)
        {
            Observe(local, entry);
        }

        foreach (var entry in _labels)
        {
            local.ApplyLabel(0, entry.Change.Label, entry.Change.FraudDelta);
        }

        foreach (var entry in order)
        {
            Observe(local, entry);
        }

        return FeatureReplay.Difference(
            _features, _results[order[^1].TransactionId.ToString()].Features, FeatureReplay.IsOfCard) is null;
    }

    private void Observe(LocalProfile local, in JournalEntry entry)
    {
        FeatureReplay.Fill(_payment, entry);
        Array.Clear(_features);
        local.Observe(0, _payment, _features);
    }
}
