using System.Diagnostics;

namespace Fraud.Faults.Feed;

/// <summary>Sends the stream at its rate, each payment the ways it is meant to come.</summary>
public sealed class StreamFeed(InputPlan plan, InputShape shape, KafkaFeed kafka, HttpFeed http, Random random)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // How far a repeated payment lags behind its first sending.
    private const int RepeatWindow = 200;

    public async Task Run(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var unreadableEvery = shape.Unreadable > 0 ? plan.Stream.Count / shape.Unreadable : int.MaxValue;
        var poisonEvery = shape.Poison > 0 ? plan.Stream.Count / (shape.Poison + 1) : int.MaxValue;
        var poison = new Queue<Input>(plan.Poison);
        var lateBy = (int)(shape.LateBy.TotalSeconds * shape.Rate);
        var lateEvery = shape.Late > 0 ? Math.Max(1, (plan.Stream.Count - lateBy) / shape.Late) : int.MaxValue;
        var repeats = new List<Input>();
        for (var sent = 0; sent < plan.Stream.Count; sent++)
        {
            while (sent > Stopwatch.GetElapsedTime(started).TotalSeconds * shape.Rate)
            {
                await Task.Delay(Tick, cancellation);
            }

            Send(plan.Stream[sent], repeats);
            if (sent >= lateBy && (sent - lateBy) % lateEvery == 0)
            {
                kafka.Send(plan.Stream[sent - lateBy]);
            }

            if (sent % unreadableEvery == unreadableEvery - 1)
            {
                kafka.SendUnreadable();
            }

            if (sent % poisonEvery == poisonEvery - 1 && poison.TryDequeue(out var next))
            {
                Send(next, []);
            }
        }

        SendRepeats(repeats);
        kafka.Flush(cancellation);
    }

    private void Send(Input input, List<Input> repeats)
    {
        if (input.ViaHttp)
        {
            http.Send(input);
        }

        if (input.ViaKafka)
        {
            kafka.Send(input);
        }

        if (shape.Twice && !input.IsPoison)
        {
            repeats.Add(input);
            if (repeats.Count == RepeatWindow)
            {
                SendRepeats(repeats);
            }
        }
    }

    private void SendRepeats(List<Input> repeats)
    {
        var shuffled = repeats.ToArray();
        random.Shuffle(shuffled);
        foreach (var input in shuffled)
        {
            kafka.Send(input);
        }

        repeats.Clear();
    }
}
