namespace Fraud.Faults.Fuzz;

/// <summary>A valid request that others are made from.</summary>
/// <param name="Body">Empty for none.</param>
public sealed record FuzzSeed(string Method, string Path, string Body = "", string ContentType = "application/json")
{
    /// <summary>Beside Host, Content-Type and Content-Length.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Signs the body as Stripe does once it is mutated, so that code behind the signature is reached; null for no signature.</summary>
    public string? SigningSecret { get; init; }

    /// <summary>How often it is taken, against 1 for an ordinary one.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>As reports name it.</summary>
    public string Name => $"{Method} {Path}";
}
