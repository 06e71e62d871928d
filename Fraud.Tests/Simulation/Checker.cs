using System.Buffers.Binary;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>A promise was broken.</summary>
internal sealed class SimViolation(string message) : Exception(message);

/// <summary>
/// Holds the promises against what is stored. It knows the bytes of the pages, the heads, Kafka's logs and what callers were told; it uses
/// nothing of the core's state machines and none of the model's code for pages and cards.
/// </summary>
internal sealed class Checker(SimStore store, SimKafka kafka, int shards)
{
    private readonly Dictionary<long, (int Shard, long Score)> _answers = [];
    private readonly HashSet<string> _removed = [];
    private readonly List<(long Id, int Shard, int Card, TimeSpan Sent, TimeSpan Told)> _told = [];

    /// <summary>A payment over HTTP was answered by its shard. Each answer of one payment has to be the same.</summary>
    public void Answered(long id, int shard, long score)
    {
        if (_answers.TryGetValue(id, out var before) && before.Score != score)
        {
            throw new SimViolation($"payment {id} was answered {before.Score} and {score}");
        }

        _answers[id] = (shard, score);
    }

    /// <summary>The answer reached its caller.</summary>
    public void AnswerReached(long id, int card, TimeSpan sent, TimeSpan told) => _told.Add((id, _answers[id].Shard, card, sent, told));

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

    /// <summary>Everything that is stored, and everything that was promised.</summary>
    public void CheckAll()
    {
        CheckLanded();
        for (var shard = 0; shard < shards; shard++)
        {
            var journal = Read(shard, long.MaxValue);
            CheckHead(shard, journal);
            CheckKafka(shard, journal);
            foreach (var (id, answer) in _answers)
            {
                if (answer.Shard == shard && (!journal.Places.TryGetValue(id, out var place) || place.Score != answer.Score))
                {
                    throw new SimViolation($"payment {id} was answered {answer.Score} and is not stored so in shard {shard}");
                }
            }

            CheckOrder(shard, journal);
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

    private void CheckHead(int shard, Journal journal)
    {
        var head = store.Head(shard);
        if (head.Sequence != journal.Last || head.SnapshotSequence > head.Sequence)
        {
            throw new SimViolation($"shard {shard}: head {head.Sequence}, snapshot {head.SnapshotSequence}, last page {journal.Last}");
        }
    }

    /// <summary>Each record below the stored offset is in a page, and those that came by Kafka alone in the log's order.</summary>
    private void CheckKafka(int shard, Journal journal)
    {
        var log = kafka.Log(shard);
        var next = store.Head(shard).NextOffset ?? 0;
        var before = (Sequence: 0L, Ordinal: -1);
        HashSet<long> seen = [];
        for (var offset = 0; offset < log.Count; offset++)
        {
            if (!journal.Places.TryGetValue(log[offset].Id, out var place))
            {
                if (offset < next)
                {
                    throw new SimViolation($"shard {shard}: record {offset} is lost; the offset is {next}");
                }

                continue;
            }

            if (!seen.Add(log[offset].Id) || place.Offset < 0)
            {
                continue;
            }

            if (offset >= next)
            {
                throw new SimViolation($"shard {shard}: record {offset} is stored and the offset is {next}");
            }

            if (place.Offset == offset && (place.Sequence, place.Ordinal).CompareTo(before) <= 0)
            {
                throw new SimViolation($"shard {shard}: record {offset} is stored before the one in front of it");
            }

            before = (place.Sequence, place.Ordinal);
        }
    }

    /// <summary>Payments of a card that were sent after the answer to another one lie behind it.</summary>
    private void CheckOrder(int shard, Journal journal)
    {
        foreach (var card in _told.Where(told => told.Shard == shard).GroupBy(static told => told.Card))
        {
            var bySent = card.OrderBy(static told => told.Sent).ToArray();
            var byTold = card.OrderBy(static told => told.Told).ToArray();
            var furthest = (Sequence: 0L, Ordinal: -1);
            var answered = 0;
            foreach (var told in bySent)
            {
                for (; answered < byTold.Length && byTold[answered].Told < told.Sent; answered++)
                {
                    var earlier = journal.Places[byTold[answered].Id];
                    furthest = (earlier.Sequence, earlier.Ordinal).CompareTo(furthest) > 0 ? (earlier.Sequence, earlier.Ordinal) : furthest;
                }

                var place = journal.Places[told.Id];
                // What Kafka brought as well may lie before: it was there before the caller sent it.
                if (place.Offset < 0 && (place.Sequence, place.Ordinal).CompareTo(furthest) < 0)
                {
                    throw new SimViolation($"shard {shard}: payment {told.Id} lies before one that was answered before it was sent");
                }
            }
        }
    }

    /// <summary>Folds the pages: each payment once, each with the score that the ones before it in its card give.</summary>
    private Journal Read(int shard, long upTo)
    {
        var journal = new Journal();
        foreach (var page in store.Pages(shard))
        {
            if (page.Sequence > upTo)
            {
                break;
            }

            var bytes = page.Payload.Span;
            for (var ordinal = 0; ordinal * 32 < bytes.Length; ordinal++)
            {
                var id = BinaryPrimitives.ReadInt64LittleEndian(bytes[(ordinal * 32)..]);
                var card = BinaryPrimitives.ReadInt32LittleEndian(bytes[(ordinal * 32 + 8)..]);
                var amount = BinaryPrimitives.ReadInt32LittleEndian(bytes[(ordinal * 32 + 12)..]);
                var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[(ordinal * 32 + 16)..]);
                var score = BinaryPrimitives.ReadInt64LittleEndian(bytes[(ordinal * 32 + 24)..]);
                if (!journal.Places.TryAdd(id, (page.Sequence, ordinal, offset, score)))
                {
                    throw new SimViolation($"shard {shard}: payment {id} is in pages {journal.Places[id].Sequence} and {page.Sequence}");
                }

                var (count, sum, chain) = journal.Cards.GetValueOrDefault(card);
                chain = (chain ^ (ulong)id) * 1_099_511_628_211 + 2_654_435_769;
                journal.Cards[card] = (count + 1, sum + amount, chain);
                if ((long)(chain >> 1) != score)
                {
                    throw new SimViolation(
                        $"shard {shard}: payment {id}, page {page.Sequence}, was scored on another history than the pages before it give");
                }
            }

            journal.Last = page.Sequence;
        }

        return journal;
    }

    private sealed class Journal
    {
        public Dictionary<long, (long Sequence, int Ordinal, long Offset, long Score)> Places { get; } = [];

        public Dictionary<int, (long Count, long Sum, ulong Chain)> Cards { get; } = [];

        public long Last { get; set; }
    }
}
