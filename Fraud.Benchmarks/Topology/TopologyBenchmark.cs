using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;
using Fraud.Benchmarks.Workload;

namespace Fraud.Benchmarks.Topology;

/// <summary>What queues, threads, fan-out and sinks cost: the real graph against the same work in one loop.</summary>
internal sealed class TopologyBenchmark : IBenchmark
{
    public string Name => "topology";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, Action<string> progress, CancellationToken cancellation)
    {
        using var scratch = new Scratch();
        progress("filling histories");
        using var models = OneLeafModel.Load(scratch);
        await using var graph = new Graph(models, cancellation);
        using var loop = new BareLoop(models);
        var samples = await Rounds.RunAsync(
            [Contestant.OnThread("graph", graph.Run), Contestant.OnThread("bare loop", loop.Run)], options, progress, cancellation);
        var (ours, bare) = (samples[0], samples[1]);
        return new BenchmarkResult(
            Name,
            "payments through the lane, the model, the commit and three sinks of the graph",
            "a loop on one thread that fills, observes, scores and decides the same payments",
            [
                Figure.Compare("payments", "/s", ours, bare, static sample => sample.PerSecond),
                Figure.Compare("processor time", "ns/payment", ours, bare, static sample => sample.CpuNanosecondsPerItem),
                Figure.Overhead("overhead, processor time", "ns/payment", ours, bare, static sample => sample.CpuNanosecondsPerItem, Bar.Below(1_000)),
                Figure.Compare("allocated", "B/payment", ours, bare, static sample => sample.BytesPerItem) with { Ratio = null },
                Figure.Overhead("overhead, allocated", "B/payment", ours, bare, static sample => sample.BytesPerItem, Bar.Below(16)),
            ],
            ["Both score with a model of one leaf, so scoring cancels out", "Histories are full, as after weeks of service; the store keeps nothing"]);
    }
}
