namespace Fraud.Stream.Batching;

/// <summary>
/// The reading end of a stage's inlets: collects what is waiting into groups, within a number of payments.
/// </summary>
/// <remarks>One thread.</remarks>
/// <param name="wake">The signal that the inlets were made with.</param>
public sealed class BatchIntake(IReadOnlyList<BatchInlet> inlets, WakeSignal wake)
{
    /// <summary>What was taken and not yet passed on.</summary>
    public List<MicroBatch> Group { get; } = [];

    /// <summary>Payments in the group.</summary>
    public int Payments { get; private set; }

    public bool IsEnded => inlets.All(static inlet => inlet.IsEnded);

    /// <summary>Adds from the express queues what fits.</summary>
    /// <returns>False when nothing was there.</returns>
    public bool TakeExpress(int maxPayments)
    {
        var taken = false;
        foreach (var inlet in inlets)
        {
            taken |= Take(inlet.Express, maxPayments, int.MaxValue) > 0;
        }

        return taken;
    }

    /// <summary>Adds from the bulk queues what fits.</summary>
    /// <returns>False when nothing was there.</returns>
    public bool TakeBulk(int maxPayments, int maxBatches = int.MaxValue)
    {
        var taken = 0;
        foreach (var inlet in inlets)
        {
            taken += Take(inlet.Bulk, maxPayments, maxBatches - taken);
        }

        return taken > 0;
    }

    /// <summary>The group went on.</summary>
    public void Clear()
    {
        Group.Clear();
        Payments = 0;
    }

    /// <summary>Waits until <paramref name="tryTake"/> took something; false when all inlets ended.</summary>
    public bool Wait(Func<bool> tryTake, CancellationToken cancellation)
    {
        while (!tryTake())
        {
            wake.Arm();
            if (tryTake())
            {
                return true;
            }

            if (IsEnded)
            {
                return false;
            }

            wake.Wait(cancellation);
        }

        return true;
    }

    /// <summary>Waits until something comes or the time is over.</summary>
    public void Linger(TimeSpan time, CancellationToken cancellation)
    {
        wake.Arm();
        wake.Wait(time, cancellation);
    }

    private int Take(StageQueue<MicroBatch> queue, int maxPayments, int maxBatches)
    {
        var taken = 0;
        while (taken < maxBatches
            && queue.TryPeek(out var next)
            // One batch is taken whatever its size: it would never fit later either.
            && (Group.Count == 0 || Payments + next.Count <= maxPayments)
            && queue.TryRead(out next))
        {
            Group.Add(next);
            Payments += next.Count;
            taken++;
        }

        return taken;
    }
}
