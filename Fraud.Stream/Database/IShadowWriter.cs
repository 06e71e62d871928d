using Fraud.Stream.Shadow;

namespace Fraud.Stream.Database;

/// <summary>Comparisons of models, many at once: linq2db inserts many rows, or passes over those that are there, not both.</summary>
internal interface IShadowWriter
{
    /// <summary>Inserts them in their order; one that is there already stays as it is.</summary>
    void Write(ReadOnlySpan<ShadowScore> scores);
}
