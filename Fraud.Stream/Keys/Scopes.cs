namespace Fraud.Stream.Keys;

/// <summary>What a key lets its holder do. None contains another. The numbers are stored; never renumber.</summary>
[Flags]
public enum Scopes
{
    None = 0,

    /// <summary>Ask for scores.</summary>
    Score = 1,

    /// <summary>Read payments and alerts, decide on them, bring labels.</summary>
    Analyst = 2,

    /// <summary>Change models, keys and the service itself.</summary>
    Admin = 4,

    /// <summary>Read the metrics, as Prometheus does.</summary>
    Metrics = 8,

    All = Score | Analyst | Admin | Metrics,
}

/// <summary>Scopes as people write them.</summary>
public static class ScopeNames
{
    /// <summary>In ascending order of what may be broken with them, but for the last, with which nothing is.</summary>
    public static IReadOnlyList<string> All { get; } = ["score", "analyst", "admin", "metrics"];

    /// <summary>None when there is no scope of that name.</summary>
    public static Scopes Parse(ReadOnlySpan<char> name) => name switch
    {
        "score" => Scopes.Score,
        "analyst" => Scopes.Analyst,
        "admin" => Scopes.Admin,
        "metrics" => Scopes.Metrics,
        _ => Scopes.None,
    };

    public static IReadOnlyList<string> Of(Scopes scopes) => [.. All.Where(name => scopes.HasFlag(Parse(name)))];
}
