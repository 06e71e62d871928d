using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;

namespace Fraud.Stream;

/// <summary>
/// The graph of a node, all of it: stages know no other stage, this file alone joins them. What crosses a boundary is a
/// group of micro-batches; a full stage makes the one before it wait, up to Kafka's partitions, which pause, and the
/// gate, which sheds. In brackets the dispatcher, whose threads nothing else uses.
/// <code>
///  KafkaPartitions┐  per lane, of which each has its shards                            ┌► ReplySink    answers
///                 ├► merge ─► FeatureFlow ─► ScoreFlow ──► group ─► PersistenceFlow ───┼► RepeatSink   answers of before (reader-)
///  AdmissionGate ─┘           (onnx-)                      (graph-) (store-) journal   ├► PageSink     rows ─► alerts ─► Kafka
///                                                                                      └► MetricsSink  /metrics, drift (sink-)
/// </code>
/// </summary>
public static class FraudTopology
{
    // HTTP and Kafka: of five turns in which both have something, four are for callers who wait. A turn that comes before
    // HTTP's next batch is there is Kafka's as well, which makes a quarter of it.
    private static readonly int[] Turns = [4, 1];

    /// <returns>The task completes when everything went through, and faults when a stage failed.</returns>
    public static IRunnableGraph<Task> Of(TopologyStages stages) => RunnableGraph.FromGraph(GraphDsl.Create(
        Sink.ForEach(stages.Reply),
        Sink.ForEach(stages.Repeat).On(FraudEngine.ReaderDispatcher, waiting: 16),
        Sink.ForEach(stages.Pages),
        Sink.ForEach(stages.Measure).On(FraudEngine.SinkDispatcher, waiting: 16),
        static (replies, repeats, pages, metrics) => Task.WhenAll(replies, repeats, pages, metrics),
        (graph, replies, repeats, pages, metrics) =>
        {
            var scored = graph.Add(new Merge<BatchGroup>(stages.Lanes.Count));
            foreach (var lane in stages.Lanes)
            {
                graph.From(graph.Add(Lane(lane, stages.Batching))).To(scored);
            }

            var group = Flow.Create<BatchGroup>().BatchWeighted(
                stages.MostInTransaction, stages.Weigh, static first => first, static (all, next) => all.Add(next));
            var persist = Flow.Create<BatchGroup>().Select(stages.Persist).On(FraudEngine.StoreDispatcher);
            var stored = graph.Add(new Broadcast<BatchGroup>(4, eagerCancel: true));
            graph.From(scored).Via(group).Via(persist).Via(Flow.Create<BatchGroup>().Select(Share)).To(stored);
            graph.From(stored).To(replies);
            graph.From(stored).Via(Flow.Create<BatchGroup>().Where(static group => group.HasRepeats)).To(repeats);
            graph.From(stored).To(pages);
            graph.From(stored).To(metrics);
            return ClosedShape.Instance;
        }));

    private static Source<BatchGroup, NotUsed> Lane(TopologyLane lane, BatchingOptions batching)
    {
        var taken = Source.FromGraph(GraphDsl.Create(graph =>
        {
            var merge = graph.Add(new MergePrioritized<MicroBatch>(Turns));
            graph.From(Source.From(() => lane.Inlet.HttpBatches())).To(merge.In(0));
            graph.From(lane.Kafka.SelectAsync(parallelism: 1, lane.Hold)).To(merge.In(1));
            return new SourceShape<MicroBatch>(merge.Out);
        }));
        // What is there, and while the store is busy more of it; company is waited for only where that is asked for.
        var (most, linger) = (batching.MaxBatchSize, batching.Linger);
        var groups = linger == TimeSpan.Zero
            ? taken.BatchWeighted(most, one => one.WeightOf(most), BatchGroup.Of, static (all, next) => all.Add(next))
            : taken.GroupedWeightedWithin(most, linger, batch => batch.WeightOf(most)).Select(BatchGroup.Of);
        return groups.Select(lane.Features).Select(lane.Score).On(FraudEngine.OnnxDispatcher);
    }

    private static BatchGroup Share(BatchGroup group)
    {
        group.Retain(holders: group.HasRepeats ? 3 : 2);
        return group;
    }
}
