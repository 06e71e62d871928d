using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>The models that scored a group, held as long as it is decided.</summary>
public interface IModelsInUse
{
    /// <summary>The model that signed so.</summary>
    ServedModel Of(ScoredBy by);
}
