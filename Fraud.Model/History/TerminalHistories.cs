using System.Runtime.InteropServices;
using Fraud.Model.Snapshots;

namespace Fraud.Model.History;

/// <summary>
/// All terminals of all shards: every node holds them, and counts a payment when it is stored, wherever it was
/// scored. Features look only at what is older than the label delay, so it does not matter when within it.
/// Thread-safe.
/// </summary>
public sealed class TerminalHistories(ProfileOptions options, long retentionSeconds)
{
    internal const byte ChunkVersion = 1;

    // Some 100 kB: a row of the store that is neither tiny nor in the way.
    internal const int ChunkBytes = 100_000;

    // Enough that two threads seldom meet; a power of two for the mask.
    private const int Stripes = 64;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(static _ => new Stripe())];

    public int Count => _stripes.Sum(static stripe => stripe.CountLocked());

    /// <summary>Counts a stored payment.</summary>
    public void Add(in ShortText terminalId, long amountMinor, long eventTimeMs) =>
        Change(terminalId, eventTimeMs, 1, amountMinor, 0);

    /// <summary>Takes a payment back that the journal takes back.</summary>
    public void Retract(in ShortText terminalId, long amountMinor, long eventTimeMs)
    {
        var stripe = StripeOf(terminalId);
        lock (stripe.Gate)
        {
            if (stripe.Histories.TryGetValue(terminalId, out var history))
            {
                history.Remove(eventTimeMs / 1_000, amountMinor);
            }
        }
    }

    /// <summary>Counts a label in the bucket of its payment's time; it may come before the payment.</summary>
    public void ApplyLabel(in ShortText terminalId, long eventTimeMs, int fraudDelta) =>
        Change(terminalId, eventTimeMs, 0, 0, fraudDelta);

    /// <summary>Encodes all of them. The caller sees to it that nothing is counted meanwhile.</summary>
    public IReadOnlyList<byte[]> Capture()
    {
        var chunks = new List<byte[]>();
        var writer = new StateWriter();
        writer.Begin(ChunkVersion);
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (var (terminalId, history) in stripe.Histories)
                {
                    writer.Text(terminalId);
                    history.WriteTo(writer);
                    if (writer.Length >= ChunkBytes)
                    {
                        chunks.Add(writer.End().ToArray());
                        writer.Begin(ChunkVersion);
                    }
                }
            }
        }

        chunks.Add(writer.End().ToArray());
        return chunks;
    }

    /// <summary>Takes a captured chunk.</summary>
    /// <exception cref="CorruptStateException">The chunk is damaged.</exception>
    public void Load(ReadOnlySpan<byte> chunk)
    {
        var reader = new StateReader(chunk, ChunkVersion, "terminal histories");
        while (!reader.IsAtEnd)
        {
            var terminalId = reader.Text();
            var history = EventHistory.ReadFrom(ref reader);
            var stripe = StripeOf(terminalId);
            lock (stripe.Gate)
            {
                stripe.Histories[terminalId] = history;
            }
        }
    }

    /// <summary>Every terminal, encoded, by id; for comparing two states.</summary>
    public IReadOnlyDictionary<string, byte[]> Dump()
    {
        var writer = new StateWriter();
        var dump = new Dictionary<string, byte[]>();
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (var (terminalId, history) in stripe.Histories)
                {
                    writer.Begin(ChunkVersion);
                    history.WriteTo(writer);
                    dump[terminalId.ToString()] = writer.End().ToArray();
                }
            }
        }

        return dump;
    }

    internal void Fill(
        in ShortText terminalId, Span<float> features, long seconds, int minorUnits, TerminalFeatures fill)
    {
        var stripe = StripeOf(terminalId);
        lock (stripe.Gate)
        {
            if (stripe.Histories.TryGetValue(terminalId, out var history))
            {
                fill.Fill(features, history, seconds, minorUnits);
            }
        }
    }

    private void Change(in ShortText terminalId, long eventTimeMs, int count, long amountMinor, int frauds)
    {
        var stripe = StripeOf(terminalId);
        lock (stripe.Gate)
        {
            ref var history = ref CollectionsMarshal.GetValueRefOrAddDefault(stripe.Histories, terminalId, out _);
            history ??= new EventHistory();
            history.Add(
                eventTimeMs / 1_000, count, amountMinor, frauds, options.MaxBucketsPerTerminal, retentionSeconds);
        }
    }

    private Stripe StripeOf(in ShortText terminalId) => _stripes[terminalId.GetHashCode() & (Stripes - 1)];

    private sealed class Stripe
    {
        public Lock Gate { get; } = new();

        public Dictionary<ShortText, EventHistory> Histories { get; } = [];

        public int CountLocked()
        {
            lock (Gate)
            {
                return Histories.Count;
            }
        }
    }
}
