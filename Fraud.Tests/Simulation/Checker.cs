namespace Fraud.Tests.Simulation;

/// <summary>A promise was broken.</summary>
internal sealed class SimViolation(string message) : Exception(message);

/// <summary>
/// Holds the promises against what is stored. It knows the bytes of the pages, the heads, Kafka's logs and what callers were told; it uses
/// nothing of the core's state machines and none of the model's code for pages and cards.
/// </summary>
internal sealed partial class Checker(SimStore store, SimKafka kafka, IReadOnlySet<long> alertsTopic, int shards, int window)
{
    private readonly HashSet<(long Id, int Shard, long Score)> _answers = [];
    private readonly HashSet<string> _removed = [];
    private readonly List<(long Id, int Shard, int Card, long Score, TimeSpan Sent, TimeSpan Told)> _told = [];

    /// <summary>A payment over HTTP was answered by its shard. Each answer has to be that of a place where the payment is stored.</summary>
    public void Answered(long id, int shard, long score) => _answers.Add((id, shard, score));

    /// <summary>The answer reached its caller.</summary>
    public void AnswerReached(SimPayment payment, long score, TimeSpan sent, TimeSpan told) =>
        _told.Add((payment.Id, payment.Shard, payment.Card, score, sent, told));

    /// <summary>A process was taken out of the node table.</summary>
    public void Removed(string incarnation) => _removed.Add(incarnation);

    /// <summary>The store answers a claim.</summary>
    public void Claimed(int shard, string incarnation, bool isClaimed)
    {
        if (isClaimed && _removed.Contains(incarnation))
        {
            throw new SimViolation($"shard {shard} was claimed by a process that was removed (rule 8)");
        }
    }

    /// <summary>A node dropped a shard, which costs ten seconds: there has to be a newer claim.</summary>
    public void Dropped(int shard, long generation)
    {
        if (store.Head(shard).Generation == generation)
        {
            throw new SimViolation($"shard {shard} was dropped and no one had claimed it after generation {generation} (rules 2 and 4)");
        }
    }

    /// <summary>A shard was recovered up to a page by its only owner: what a fold of the pages gives, however many owned it before.</summary>
    public void Recovered(int shard, long sequence, IReadOnlyDictionary<int, CardSum> cards)
    {
        var expected = Read(shard, upTo: sequence).Cards;
        foreach (var (card, sum) in cards)
        {
            if (!expected.TryGetValue(card, out var right) || right.Count != sum.Count || right.Sum != sum.Sum || right.Chain != sum.Chain)
            {
                throw new SimViolation(
                    $"shard {shard} recovered up to page {sequence}: card {card} has {sum.Count} payments, its pages {right.Count}, or another state");
            }
        }

        if (expected.Count != cards.Count)
        {
            throw new SimViolation($"shard {shard} recovered {cards.Count} cards of {expected.Count}");
        }
    }

    /// <summary>A claim could not be recovered: a newer one has to be why, and not a page that is missing.</summary>
    public void NotRecovered(int shard, long generation)
    {
        if (store.Head(shard).Generation == generation)
        {
            throw new SimViolation($"shard {shard} cannot be recovered: pages behind its snapshot are missing (rule 12)");
        }
    }

    /// <summary>Everything that is stored, and everything that was promised.</summary>
    /// <param name="isSettled">All that follows a commit has been done.</param>
    public void CheckAll(bool isSettled)
    {
        CheckLanded();
        CheckPositions();
        var rows = 0;
        for (var shard = 0; shard < shards; shard++)
        {
            var journal = Read(shard, long.MaxValue);
            CheckHead(shard, journal);
            CheckKafka(shard, journal);
            foreach (var (id, _, score) in _answers.Where(answer => answer.Shard == shard))
            {
                if (!journal.Places.TryGetValue(id, out var places) || !places.Exists(place => place.Score == score))
                {
                    throw new SimViolation($"payment {id} was answered {score} and is not stored so in shard {shard}");
                }
            }

            CheckOrder(shard, journal);
            rows += CheckRows(shard, journal);
            CheckAlerts(shard, journal);
            if (isSettled)
            {
                CheckRepeats(shard, journal);
            }
        }

        if (rows != store.Rows.All.Count)
        {
            throw new SimViolation($"{store.Rows.All.Count} rows for {rows} payments");
        }
    }

    /// <summary>Everything of Kafka's logs was taken.</summary>
    public bool IsCaughtUp()
    {
        for (var shard = 0; shard < shards; shard++)
        {
            if ((store.Head(shard).NextOffset ?? 0) != kafka.End(shard))
            {
                return false;
            }
        }

        return true;
    }

    private void CheckLanded()
    {
        var generations = new long[shards];
        var sequences = new long[shards];
        foreach (var (shard, generation, sequence) in store.Landed)
        {
            if (sequence == 0)
            {
                if (generation != generations[shard] + 1)
                {
                    throw new SimViolation($"shard {shard}: claim of generation {generation} after {generations[shard]}");
                }

                generations[shard] = generation;
                continue;
            }

            if (generation != generations[shard])
            {
                throw new SimViolation($"shard {shard}: page {sequence} of generation {generation} landed under {generations[shard]}");
            }

            if (sequence != ++sequences[shard])
            {
                throw new SimViolation($"shard {shard}: page {sequence} landed where {sequences[shard]} belongs");
            }
        }
    }

    private void CheckHead(int shard, CheckedJournal journal)
    {
        var head = store.Head(shard);
        if (head.Sequence != journal.Last || head.SnapshotSequence > head.Sequence)
        {
            throw new SimViolation($"shard {shard}: head {head.Sequence}, snapshot {head.SnapshotSequence}, last page {journal.Last}");
        }
    }

    /// <summary>Each record below the stored offset is in a page, and what came by Kafka is stored in the log's order.</summary>
    private void CheckKafka(int shard, CheckedJournal journal)
    {
        var log = kafka.Log(shard);
        var next = store.Head(shard).NextOffset ?? 0;
        for (var offset = 0; offset < next; offset++)
        {
            if (offset >= log.Count || !journal.Places.ContainsKey(log[offset].Id))
            {
                throw new SimViolation($"shard {shard}: record {offset} is lost; the offset is {next}");
            }
        }

        var before = default(CheckedPlace) with { Offset = -1 };
        foreach (var (id, place) in journal.Places
            .SelectMany(static payment => payment.Value.Select(place => (payment.Key, place)))
            .Where(static placed => placed.place.Offset >= 0)
            .OrderBy(static placed => placed.place.Offset))
        {
            if (place.Offset >= next || log[(int)place.Offset].Id != id)
            {
                throw new SimViolation($"shard {shard}: record {place.Offset} is stored and the offset is {next}");
            }

            if (place.Offset == before.Offset || !place.IsBehind(before))
            {
                throw new SimViolation($"shard {shard}: record {place.Offset} is stored before the one in front of it");
            }

            before = place;
        }
    }

    /// <summary>Payments of a card that were sent after the answer to another one lie behind it.</summary>
    private void CheckOrder(int shard, CheckedJournal journal)
    {
        foreach (var card in _told.Where(told => told.Shard == shard).GroupBy(static told => told.Card))
        {
            var bySent = card.OrderBy(static told => told.Sent).ToArray();
            var byTold = card.OrderBy(static told => told.Told).ToArray();
            var furthest = default(CheckedPlace);
            var answered = 0;
            foreach (var told in bySent)
            {
                for (; answered < byTold.Length && byTold[answered].Told < told.Sent; answered++)
                {
                    var earlier = journal.Places[byTold[answered].Id].Find(place => place.Score == byTold[answered].Score);
                    furthest = earlier.IsBehind(furthest) ? earlier : furthest;
                }

                var first = journal.Places[told.Id][0];
                // What Kafka brought as well may lie before: it was there before the caller sent it.
                if (first.Offset < 0 && furthest.IsBehind(first))
                {
                    throw new SimViolation($"shard {shard}: payment {told.Id} lies before one that was answered before it was sent");
                }
            }
        }
    }

    private CheckedJournal Read(int shard, long upTo) => CheckedJournal.Fold(shard, store.Written(shard), upTo, window);
}
