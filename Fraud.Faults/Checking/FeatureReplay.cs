using System.Globalization;
using Fraud.Faults.Feed;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Stream.Storage;

namespace Fraud.Faults.Checking;

/// <summary>
/// Computes the features of every stored payment once more, without shards that move, snapshots or take-overs: the
/// payments of a card in the order of the journal. What was stored must be the same to the bit, because from lane to commit
/// a shard is first in, first out (rule 6 of docs/decisions/0011).
/// </summary>
public sealed class FeatureReplay(
    IReadOnlyList<IReadOnlyList<JournalStep>> journals,
    IReadOnlyList<LabelJournalEntry> labels,
    IReadOnlyDictionary<string, StoredResult> results,
    InputPlan plan,
    Func<ShortText, int> shardOf)
{
    private const int Shown = 3;

    private readonly List<string> _differences = [];

    public IReadOnlyList<string> Run()
    {
        // Pages hold what was counted, repeats as well.
        var local = new LocalProfile(new ProfileOptions { RecentIdsPerShard = 0 }, journals.Count);
        Replay(local, isStream: false);
        foreach (var entry in labels)
        {
            local.ApplyLabel(shardOf(entry.Change.Label.CardId), entry.Change.Label, entry.Change.FraudDelta);
        }

        Replay(local, isStream: true);
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
            foreach (var (entry, kind) in journals[shard].Where(step => step.Payment.EventTimeMs >= plan.BoundaryMs == isStream))
            {
                if (kind == StepKind.TakenBack)
                {
                    TakeBack(local, shard, entry);
                    continue;
                }

                Fill(payment, entry);
                Array.Clear(features);
                if (!local.Observe(shard, payment, features) || kind == StepKind.Repeat || !results.TryGetValue(entry.Id, out var stored))
                {
                    continue;
                }

                if (Difference(features, stored.Features) is { } difference)
                {
                    _differences.Add($"{stored.Id} in shard {shard}: {difference}");
                }
            }
        }
    }

    private static void TakeBack(LocalProfile local, int shard, CheckedPayment entry)
    {
        local.Profile.CardsOf(shard)!.TryRetract(ShortText.From(entry.CardId), entry.CountedMinor, entry.EventTimeMs);
        local.Profile.Terminals.Retract(ShortText.From(entry.TerminalId), entry.CountedMinor, entry.EventTimeMs);
    }

    private static void Fill(Transaction payment, CheckedPayment entry)
    {
        payment.Clear();
        payment.Id = ShortText.From(entry.Id);
        payment.CardId = ShortText.From(entry.CardId);
        payment.TerminalId = ShortText.From(entry.TerminalId);
        payment.AmountMinor = entry.CountedMinor;
        payment.Currency = Currency.Euro;
        payment.EventTimeMs = entry.EventTimeMs;
    }

    /// <summary>The first feature that differs in a bit, in words; null when none does.</summary>
    private static string? Difference(float[] expected, float[] stored)
    {
        if (stored.Length != expected.Length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{stored.Length} features stored, expected {expected.Length}");
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(stored[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{FeatureCatalog.Names[i]} stored {stored[i]}, expected {expected[i]}");
            }
        }

        return null;
    }
}
