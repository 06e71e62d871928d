using Fraud.Http.Inference.Grpc.Protocol;
using static Fraud.Http.Inference.ModelStatistics;

namespace Fraud.Http.Inference.Grpc;

/// <summary>What models were asked, as a message.</summary>
internal static class StatisticsResponse
{
    // Nothing is answered from a cache; clients expect the fields.
    private static readonly Duration None = new();

    public static ModelStatisticsResponse Of(IReadOnlyList<ModelTotals> models) => new() { ModelStats = { models.Select(Of) } };

    private static Protocol.ModelStatistics Of(ModelTotals model)
    {
        var totals = model.Totals;
        return new Protocol.ModelStatistics
        {
            Name = model.Name,
            Version = model.Version,
            LastInference = (ulong)totals.LastMs,
            InferenceCount = (ulong)totals.Rows,
            ExecutionCount = (ulong)totals.Calls,
            InferenceStats = new InferStatistics
            {
                Success = Of(totals.Phases[(int)Phase.Success]),
                Fail = Of(totals.Phases[(int)Phase.Fail]),
                Queue = Of(totals.Phases[(int)Phase.Queue]),
                ComputeInput = Of(totals.Phases[(int)Phase.Input]),
                ComputeInfer = Of(totals.Phases[(int)Phase.Infer]),
                ComputeOutput = Of(totals.Phases[(int)Phase.Output]),
                CacheHit = Of(None),
                CacheMiss = Of(None),
            },
            BatchStats =
            {
                totals.ByRows.Select(static size => new InferBatchStatistics
                {
                    BatchSize = (ulong)size.Rows,
                    ComputeInput = Of(size.Times[0]),
                    ComputeInfer = Of(size.Times[1]),
                    ComputeOutput = Of(size.Times[2]),
                }),
            },
        };
    }

    private static StatisticDuration Of(Duration duration) => new() { Count = (ulong)duration.Count, Ns = (ulong)duration.Nanoseconds };
}
