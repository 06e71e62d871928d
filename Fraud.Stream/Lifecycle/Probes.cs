using Fraud.Stream.Ingest;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Lifecycle;

/// <summary>Ready while the store answers.</summary>
public sealed class StoreProbe(IFraudStore store) : IReadinessProbe
{
    public string Name => "store";

    public bool IsReady(out string detail)
    {
        try
        {
            store.Ping();
            detail = store.Kind;
            return true;
        }
        catch (StoreUnavailableException error)
        {
            detail = $"{store.Kind}: {error.Message}";
            return false;
        }
    }
}

/// <summary>Ready while a model is in service.</summary>
public sealed class ModelProbe(ModelHolder models) : IReadinessProbe
{
    public string Name => "model";

    public bool IsReady(out string detail)
    {
        var by = models.Current.ScoredBy;
        detail = $"{by.Model} version {by.Version}";
        return true;
    }
}

/// <summary>Ready while the consumer runs. Payments over HTTP are scored without it, so this is said, not required of the graph.</summary>
public sealed class KafkaProbe(SourceCounters source) : IReadinessProbe
{
    public string Name => "kafka";

    public bool IsReady(out string detail)
    {
        detail = source.State.ToString().ToLowerInvariant();
        return source.State == SourceState.Running;
    }
}
