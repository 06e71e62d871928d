namespace Fraud.Stream.Lifecycle;

/// <summary>One thing that must be in order before this node takes payments.</summary>
public interface IReadinessProbe
{
    /// <summary>Short and stable: "database", "model", ...</summary>
    string Name { get; }

    /// <param name="detail">What is wrong, or the state; for people, without secrets.</param>
    bool IsReady(out string detail);
}
