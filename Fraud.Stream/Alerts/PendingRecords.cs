using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Alerts and dead letters of the pages that were taken, until Kafka has them. Bounded: who finds it full takes no more pages. Not thread-safe.
/// </summary>
/// <param name="topic">Where dead letters came from.</param>
public sealed class PendingRecords(string topic, AlertsOptions options)
{
    private readonly List<Place> _places = [];
    private List<OutgoingRecord> _records = [];
    private long _bytes;
    private int _pages;

    /// <summary>In the order of the pages.</summary>
    public IReadOnlyList<OutgoingRecord> Records => _records;

    /// <summary>Pages that were taken since <see cref="NextRound"/>.</summary>
    public int Pages => _pages;

    public bool IsFull => _records.Count >= options.MaxRecords || _bytes >= options.MaxBytes || _pages >= options.PagesAtOnce;

    /// <summary>Pages without a record count too, so that a journal without alerts is no endless round.</summary>
    public void NextRound() => _pages = 0;

    /// <summary>Takes what is to be sent of a page.</summary>
    /// <returns>How many records.</returns>
    public int Add(in FollowedPage followed)
    {
        var before = _records.Count;
        var page = new PageReader(followed.Bytes.Span);
        while (page.Read())
        {
            // A bare one is of before alerts came from pages.
            if (!page.Payment.IsBare && page.Payment.Decision != Decision.Approve)
            {
                Add(followed, OutgoingRecord.Alert(AlertContent.Of(ref page)));
            }
        }

        while (page.ReadDeadLetter() is { } dead)
        {
            Add(followed, OutgoingRecord.DeadLetter(dead.Letter, topic, followed.Shard, dead.KafkaOffset, dead.ArrivedAtMs));
        }

        _pages++;
        return _records.Count - before;
    }

    /// <summary>Removes what Kafka has.</summary>
    /// <param name="acknowledged">Called with shard, claim and page of each record that it has.</param>
    public void Sent(IReadOnlyList<SendOutcome> outcomes, Action<int, long, long> acknowledged)
    {
        var left = RecordSender.NotTaken(_records, outcomes);
        var places = _places.ToArray();
        Clear();
        for (var i = 0; i < places.Length; i++)
        {
            if (outcomes[i] == SendOutcome.Taken)
            {
                acknowledged(places[i].Shard, places[i].Generation, places[i].Sequence);
            }
            else
            {
                Add(places[i], left[_records.Count]);
            }
        }
    }

    /// <summary>The shard is another claim's business.</summary>
    public void Drop(int shard)
    {
        var (places, records) = (_places.ToArray(), _records);
        Clear();
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i].Shard != shard)
            {
                Add(places[i], records[i]);
            }
        }
    }

    public void Clear()
    {
        _places.Clear();
        _records = [];
        _bytes = 0;
    }

    private void Add(in FollowedPage page, OutgoingRecord record) => Add(new Place(page.Shard, page.Generation, page.Sequence), record);

    private void Add(Place place, OutgoingRecord record)
    {
        _places.Add(place);
        _records.Add(record);
        _bytes += record.Key.Length + record.Value.Length;
    }

    private readonly record struct Place(int Shard, long Generation, long Sequence);
}
