using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Kafka;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>Makes the stages of one instance of the graph after another. <see cref="FraudTopology"/> joins them.</summary>
/// <param name="newProbes">What is put around the stages of one instance.</param>
public sealed class TopologyBuilder(
    LaneStages lanes, ScoreFlows scorers, CommitStages commits, SinkStages sinks, Func<StageProbes> newProbes, BatchingOptions batching)
{
    /// <summary>Lanes of each instance.</summary>
    public int Lanes => batching.LaneThreads;

    /// <summary>The model that serves, and its version.</summary>
    public ModelHolder Champion => scorers.Champion;

    /// <param name="fenced">Told the shards that another node has. Must not block.</param>
    /// <param name="time">Compared with the deadlines of callers.</param>
    /// <param name="stop">Ends waits for the store.</param>
    public BuiltTopology Build(
        ShardHistories histories, KafkaLanes kafka, Action<OpenShard> fenced, TimeProvider time, CancellationToken stop)
    {
        var probes = newProbes();
        var inFlight = new InFlight();
        ScoreFlow[] scores = [.. Enumerable.Range(0, Lanes).Select(scorers.Of)];
        LaneInlet[] inlets = [.. scores.Select(_ => lanes.Inlet(inFlight))];
        var replies = sinks.Reply(kafka.Stored, inFlight);
        var persistence = commits.Of(histories.Terminals, fenced, stop);
        var stages = new TopologyStages([.. scores.Select(Lane)], batching)
        {
            Weigh = persistence.WeightOf,
            MostInTransaction = persistence.MaxGroup,
            Persist = probes.Of("persistence", group => lanes.Stored(persistence.Apply(group))),
            Reply = probes.Behind("replies", replies.Apply),
            Repeat = probes.Behind("repeats", sinks.Repeat(replies, stop).Apply),
            Pages = probes.Behind("pages", sinks.Pages().Apply),
            Measure = probes.Behind("metrics", sinks.Measure().Apply),
        };
        return new BuiltTopology(stages, inlets, scores, inFlight, lanes.IsPoison);

        TopologyLane Lane(ScoreFlow score, int lane) => new(
            inlets[lane],
            probes.Of("features", lanes.Features(histories, time, stop).Apply),
            probes.OfModel("score", score.Apply))
        {
            Kafka = kafka.Lane(lane),
            Hold = sinks.Hold(stop),
        };
    }
}

/// <summary>The stages of one instance of the graph, and what its owner has to close and to answer at its end.</summary>
/// <param name="InFlight">Batches of callers who wait.</param>
/// <param name="IsPoison">Whether a graph ended for this payment alone.</param>
public sealed record BuiltTopology(
    TopologyStages Stages, LaneInlet[] Inlets, IReadOnlyList<ScoreFlow> Scorers, InFlight InFlight, Func<Payment, bool> IsPoison);
