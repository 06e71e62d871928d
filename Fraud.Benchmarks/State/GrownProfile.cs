using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Workload;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Benchmarks.State;

/// <summary>A profile with a given number of cards, each with the same depth of history whatever the number.</summary>
internal sealed class GrownProfile
{
    private const int PaymentsPerCard = 3;
    private const int CardsPerTerminal = 10;
    private const int Shards = 6;
    private const int CheckEvery = 256;

    // A card pays every fifteen days: three times in the 44 days that the profile keeps.
    private static readonly TimeSpan BetweenPaymentsOfCard = TimeSpan.FromDays(15);

    private readonly LocalProfile _profile = new(new ProfileOptions(), Shards);
    private readonly PaymentStream _stream;
    private readonly Transaction _payment = new();
    private readonly float[] _features = new float[FeatureCatalog.Count];
    private long _next;

    private GrownProfile(int cards)
    {
        Cards = cards;
        _stream = new PaymentStream("state", cards, cards / CardsPerTerminal, BetweenPaymentsOfCard / cards);
    }

    public int Cards { get; }

    /// <summary>Managed memory of the histories once they were filled.</summary>
    public long Bytes { get; private set; }

    public static GrownProfile Create(int cards, CancellationToken cancellation)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var grown = new GrownProfile(cards);
        for (; grown._next < (long)cards * PaymentsPerCard; grown._next++)
        {
            if (grown._next % CheckEvery == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var shard = grown.Fill();
            var payment = grown._payment;
            grown._profile.Restore(
                shard, payment.Id, payment.CardId, payment.TerminalId, payment.AmountMinor, payment.EventTimeMs);
        }

        grown.Bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return grown;
    }

    public Sample Run(TimeSpan duration, CancellationToken cancellation)
    {
        var meter = Meter.Start();
        var before = _next;
        while (meter.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < CheckEvery; i++, _next++)
            {
                _profile.Observe(Fill(), _payment, _features);
            }
        }

        return meter.Stop(_next - before);
    }

    private int Fill()
    {
        var shard = (int)(_next % Shards);
        _stream.Fill(_payment, _next, shard, Shards);
        return shard;
    }
}
