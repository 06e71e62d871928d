using System.Globalization;
using Fraud.Faults.Feed;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Faults.Checking;

/// <summary>
/// Computes the features of every stored payment anew, without shards that move, snapshots or take-overs: the
/// payments of a card in the order of the journal. What was stored must be the same to the bit.
/// </summary>
/// <remarks>
/// On its way from features to store a payment over HTTP may overtake some of Kafka's (see BatchInlet), so these two
/// may stand in the journal the other way round. Where the journal's order does not give the stored features, another
/// order must that differs in nothing else: <see cref="CardOrder"/>.
/// </remarks>
public sealed class FeatureReplay(
    IReadOnlyList<IReadOnlyList<JournalEntry>> journals,
    IReadOnlyList<LabelJournalEntry> labels,
    IReadOnlyDictionary<string, StoredResult> results,
    InputPlan plan,
    Func<ShortText, int> shardOf)
{
    private const int Shown = 3;

    private readonly HashSet<ShortText> _otherOrder = [];
    private readonly List<string> _differences = [];

    /// <summary>Cards whose payments over HTTP and through Kafka were stored in another order than counted.</summary>
    public int Overtaken { get; private set; }

    public IReadOnlyList<string> Run()
    {
        var local = new LocalProfile(new ProfileOptions(), journals.Count);
        Replay(local, isStream: false);
        foreach (var entry in labels)
        {
            local.ApplyLabel(shardOf(entry.Change.Label.CardId), entry.Change.Label, entry.Change.FraudDelta);
        }

        Replay(local, isStream: true);
        foreach (var card in _otherOrder)
        {
            var order = new CardOrder(card, journals[shardOf(card)], labels, results, plan.BoundaryMs);
            if (order.Explains())
            {
                Overtaken++;
            }
            else
            {
                _differences.Add($"{order.Describe()} have features that no order of theirs gives");
            }
        }

        return _differences.Count <= Shown
            ? _differences
            : [.. _differences.Take(Shown), string.Create(CultureInfo.InvariantCulture, $"{_differences.Count} differences from the offline features in all")];
    }

    private void Replay(LocalProfile local, bool isStream)
    {
        var features = new float[FeatureCatalog.Count];
        var payment = new Transaction();
        for (var shard = 0; shard < journals.Count; shard++)
        {
            foreach (var entry in journals[shard].Where(entry => entry.EventTimeMs >= plan.BoundaryMs == isStream))
            {
                Fill(payment, entry);
                Array.Clear(features);
                if (!local.Observe(shard, payment, features) || !results.TryGetValue(entry.TransactionId.ToString(), out var stored))
                {
                    continue;
                }

                if (Difference(features, stored.Features, static name => !IsOfCard(name)) is { } difference)
                {
                    _differences.Add($"{stored.Id} in shard {shard}: {difference}");
                }

                if (Difference(features, stored.Features, IsOfCard) is not null)
                {
                    _otherOrder.Add(entry.CardId);
                }
            }
        }
    }

    internal static void Fill(Transaction payment, in JournalEntry entry)
    {
        payment.Clear();
        payment.Id = entry.TransactionId;
        payment.CardId = entry.CardId;
        payment.TerminalId = entry.TerminalId;
        payment.AmountMinor = entry.AmountMinor;
        payment.Currency = Currency.Euro;
        payment.EventTimeMs = entry.EventTimeMs;
    }

    /// <summary>Features that follow from the card's other payments.</summary>
    internal static bool IsOfCard(string name) =>
        !name.StartsWith("terminal_", StringComparison.Ordinal) && name is not ("amount" or "is_weekend" or "is_night");

    /// <summary>The first feature that differs in a bit, in words; null when none does.</summary>
    internal static string? Difference(float[] expected, float[] stored, Func<string, bool> which)
    {
        if (stored.Length != expected.Length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{stored.Length} features stored, expected {expected.Length}");
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (which(FeatureCatalog.Names[i]) && BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(stored[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{FeatureCatalog.Names[i]} stored {stored[i]}, expected {expected[i]}");
            }
        }

        return null;
    }
}
