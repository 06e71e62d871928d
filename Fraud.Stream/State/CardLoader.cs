using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>Brings the histories of cards back that wait in the store. Blocks while the store is away: nothing can be stored then anyway.</summary>
public sealed class CardLoader(IShardStore store, ILogger<CardLoader> log, CancellationToken stop)
{
    // A card comes back in a fraction of a millisecond; these only matter while the store is away.
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);

    private long _loaded;

    /// <summary>Cards brought back.</summary>
    public long Loaded => Interlocked.Read(ref _loaded);

    /// <summary>Loads those of the cards that are away.</summary>
    public void Load(int shard, ShardCards cards, IReadOnlyCollection<ShortText> wanted)
    {
        var backoff = new Backoff(RetryMin, RetryMax);
        while (true)
        {
            try
            {
                var putAways = cards.PutAways;
                var states = store.ReadCards(shard, wanted)
                    .Select(static state => KeyValuePair.Create(state.CardId, state.Payload)).ToArray();
                if (cards.TryLoad(wanted, states, putAways))
                {
                    Interlocked.Add(ref _loaded, states.Length);
                    return;
                }
            }
            catch (StoreUnavailableException error)
            {
                var wait = backoff.Next();
                StreamLog.StoreUnavailable(log, wait, error);
                stop.WaitHandle.WaitOne(wait);
                stop.ThrowIfCancellationRequested();
            }
        }
    }
}
