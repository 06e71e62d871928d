using System.Globalization;
using System.Runtime.InteropServices;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Poison;

/// <summary>
/// Which payments the graph failed with, and how often. It outlives each instance of the graph; a process that starts has to learn again.
/// </summary>
/// <remarks>
/// A stage that fails ends its graph (rule 18 of docs/decisions/0011) and names all payments of its batch. Those that it named twice
/// run in batches of their own, so that the next failure names a single payment. That one is poison: the next graph refuses it where
/// it comes in, before any history counts it, and since the histories are recovered from the store nothing is left of it (rule 19).
/// Thread-safe. Costs one read a payment while nothing is known.
/// </remarks>
public sealed class PoisonSuspects(PoisonOptions options, TimeProvider time, ILogger<PoisonSuspects> log)
{
    /// <summary>The reason that dead letters of such payments carry.</summary>
    public const string Reason = "poison";

    private readonly Lock _gate = new();
    private readonly Dictionary<PaymentPlace, Suspect> _known = [];
    private volatile bool _isAnyKnown;
    private volatile bool _keepsRecords;
    private int _inRow;
    private long _fromKafka;
    private long _overHttp;

    /// <summary>Payments from Kafka that were found to be poison, since the start.</summary>
    public long FromKafka => Interlocked.Read(ref _fromKafka);

    /// <summary>Payments over HTTP that were found to be poison, since the start.</summary>
    public long OverHttp => Interlocked.Read(ref _overHttp);

    /// <summary>A record that was found to be poison is still to be read: what is read has to be kept as it came, for its dead letter.</summary>
    public bool KeepsRecords => _keepsRecords;

    /// <summary>What is to be done with a payment that comes in.</summary>
    public Suspicion Of(Payment payment) => _isAnyKnown ? Find(PaymentPlace.Of(payment)).Suspicion : Suspicion.None;

    /// <summary>Why a payment is poison, for people; null when it is not.</summary>
    public string? WhyPoison(Payment payment) =>
        _isAnyKnown && Find(PaymentPlace.Of(payment)) is { Suspicion: Suspicion.Poison } suspect ? suspect.Why : null;

    /// <summary>A stage in front of the commit failed: its graph ends. Once for each graph.</summary>
    /// <param name="batches">What the stage had in hand.</param>
    public void Failed(string stage, Exception error, IReadOnlyList<MicroBatch> batches)
    {
        // What the store is away for, another node has, or the machine lacks, is no payment's fault.
        if (error is OperationCanceledException or StoreUnavailableException or ShardsFencedException or OutOfMemoryException)
        {
            return;
        }

        var places = batches.SelectMany(static batch => batch.Payments.ToArray())
            .Where(static payment => payment is { DeadLetter: null, State: not (PaymentState.Expired or PaymentState.Fenced) })
            .Select(PaymentPlace.Of).Distinct().ToArray();
        lock (_gate)
        {
            foreach (var place in places)
            {
                ref var suspect = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, place, out _);
                suspect = suspect with { Failures = suspect.Failures + 1, FailedAt = time.GetTimestamp() };
                suspect.Suspicion = suspect.Suspicion == Suspicion.None && suspect.Failures >= options.FailuresBeforeAlone
                    ? Suspicion.Suspected
                    : suspect.Suspicion;
            }

            if (places is [var alone] && _known[alone].Failures > options.FailuresBeforeAlone)
            {
                Name(alone, stage, error);
            }

            Forget();
            Look();
        }
    }

    /// <summary>These are stored, so they are not what the graph failed with.</summary>
    public void Stored(IReadOnlyList<MicroBatch> batches)
    {
        if (!_isAnyKnown)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var batch in batches)
            {
                foreach (var payment in batch.Payments)
                {
                    if (payment.State is PaymentState.Scored or PaymentState.Duplicate or PaymentState.Undecodable)
                    {
                        _known.Remove(PaymentPlace.Of(payment));
                        _inRow = payment.State == PaymentState.Scored ? 0 : _inRow;
                    }
                }
            }

            Look();
        }
    }

    private Suspect Find(PaymentPlace place)
    {
        lock (_gate)
        {
            return _known.TryGetValue(place, out var suspect) && !IsOld(suspect) ? suspect : default;
        }
    }

    private void Name(PaymentPlace place, string stage, Exception error)
    {
        if (_inRow >= options.MaxInRow)
        {
            StreamLog.PoisonNotNamed(log, stage, _inRow);
            return;
        }

        _inRow++;
        ref var suspect = ref CollectionsMarshal.GetValueRefOrNullRef(_known, place);
        suspect.Suspicion = Suspicion.Poison;
        suspect.Why = string.Create(
            CultureInfo.InvariantCulture, $"it failed stage {stage} {suspect.Failures} times, alone at last: {error.GetType().Name}");
        Interlocked.Increment(ref place.IsFromKafka ? ref _fromKafka : ref _overHttp);
        if (place.IsFromKafka)
        {
            StreamLog.PoisonFromKafka(log, place.Partition, place.Offset, stage);
        }
        else
        {
            StreamLog.PoisonOverHttp(log, stage);
        }
    }

    private bool IsOld(in Suspect suspect) => time.GetElapsedTime(suspect.FailedAt) > options.Remember;

    private void Forget()
    {
        foreach (var (place, _) in _known.Where(pair => IsOld(pair.Value)).ToArray())
        {
            _known.Remove(place);
        }

        var surplus = _known.Count - options.MaxPayments;
        if (surplus <= 0)
        {
            return;
        }

        foreach (var (place, _) in _known.OrderBy(static pair => pair.Value.Suspicion == Suspicion.Poison)
            .ThenBy(static pair => pair.Value.FailedAt).Take(surplus).ToArray())
        {
            _known.Remove(place);
        }
    }

    private void Look()
    {
        _keepsRecords = _known.Any(static pair => pair.Key.IsFromKafka && pair.Value.Suspicion == Suspicion.Poison);
        _isAnyKnown = _known.Count > 0 || _inRow > 0;
    }

    private record struct Suspect(Suspicion Suspicion, int Failures, long FailedAt, string? Why);
}

/// <summary>What is known of a payment.</summary>
public enum Suspicion
{
    None,

    /// <summary>It was among those that the graph failed with, so often that it runs alone.</summary>
    Suspected,

    /// <summary>The graph failed with it alone: it is refused.</summary>
    Poison,
}
