using Fraud.Model;
using Fraud.Stream.History;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.History;

public sealed class KnownLabelsTests
{
    private readonly FakeJournal _journal = new();

    [Fact]
    public void Until_StoredLater_IsNotKnownYet()
    {
        _journal.Add("a", eventTimeMs: 10, storedAtMs: 100);
        var labels = new KnownLabels(_journal.Read, fromMs: 0);

        Assert.Empty(Ids(labels, storedAtMs: 99, eventTimeMs: 50));
        Assert.Equal(["a"], Ids(labels, storedAtMs: 100, eventTimeMs: 50));
        Assert.Empty(Ids(labels, storedAtMs: 101, eventTimeMs: 50));
    }

    [Fact]
    public void Until_PaymentIsStillToCome_WaitsForItsTimeAndHoldsUpNoOther()
    {
        _journal.Add("early", eventTimeMs: 500, storedAtMs: 100);
        _journal.Add("other", eventTimeMs: 10, storedAtMs: 100);
        var labels = new KnownLabels(_journal.Read, fromMs: 0);

        Assert.Equal(["other"], Ids(labels, storedAtMs: 200, eventTimeMs: 499));
        Assert.Equal(["early"], Ids(labels, storedAtMs: 200, eventTimeMs: 500));
    }

    [Fact]
    public void Until_TimeWasNotWrittenDown_IsKnownWithItsPayment()
    {
        _journal.Add("b", eventTimeMs: 20, storedAtMs: 0);
        _journal.Add("a", eventTimeMs: 10, storedAtMs: 0);
        var labels = new KnownLabels(_journal.Read, fromMs: 0);

        Assert.Equal(["a"], Ids(labels, storedAtMs: 1, eventTimeMs: 10));
        Assert.Equal(["b"], Ids(labels, storedAtMs: 1, eventTimeMs: 30));
    }

    [Fact]
    public void Until_NoWindowReachesThem_AreLeftOut()
    {
        _journal.Add("old", eventTimeMs: 10, storedAtMs: 1);
        _journal.Add("young", eventTimeMs: 11, storedAtMs: 1);

        Assert.Equal(["young"], Ids(new KnownLabels(_journal.Read, fromMs: 11), storedAtMs: 1, eventTimeMs: 100));
    }

    [Fact]
    public void Until_MoreThanAPage_ReadsOn()
    {
        for (var i = 0; i < 2_500; i++)
        {
            _journal.Add($"p{i}", eventTimeMs: 1, storedAtMs: i);
        }

        var labels = new KnownLabels(_journal.Read, fromMs: 0);

        Assert.Equal(2_001, Ids(labels, storedAtMs: 2_000, eventTimeMs: 1).Count);
        Assert.Equal(499, Ids(labels, storedAtMs: 9_999, eventTimeMs: 1).Count);
        Assert.Equal(3, _journal.Reads);
    }

    private static List<string> Ids(KnownLabels labels, long storedAtMs, long eventTimeMs) =>
        [.. labels.Until(storedAtMs, eventTimeMs).Select(static change => change.Label.TransactionId.ToString())];

    private sealed class FakeJournal
    {
        private readonly List<LabelJournalEntry> _entries = [];

        public int Reads { get; private set; }

        public void Add(string id, long eventTimeMs, long storedAtMs) => _entries.Add(new LabelJournalEntry(
            _entries.Count + 1, new LabelChange(new Label(ShortText.From(id), default, default, eventTimeMs, true), 1), storedAtMs));

        public IReadOnlyList<LabelJournalEntry> Read(long after, int limit)
        {
            Reads++;
            return [.. _entries.Skip((int)after).Take(limit)];
        }
    }
}
