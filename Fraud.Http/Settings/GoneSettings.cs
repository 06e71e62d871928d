namespace Fraud.Http.Settings;

/// <summary>Settings that there were, and what to do instead. Refused at start: who set one relies on it.</summary>
internal static class GoneSettings
{
    private const string Connections = "nodes talk over Akka.Remote, which keeps its connections by itself: remove it";

    private static readonly Dictionary<string, string> Instead = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Cluster:ListenUrl"] = "set Cluster:Host and Cluster:Port",
        ["Cluster:Address"] = "set Cluster:PublicHost and Cluster:PublicPort",
        ["Cluster:Secret"] = "nodes know each other by certificates: set Cluster:AuthorityFile, Cluster:CertificateFile and Cluster:KeyFile",
        ["Limits:AllowCardNumbers"] = "set CardNumbers:CardIds to Allow, or to Tokenize",
        ["Routing:RetryPause"] = "attempts repeat every 200 ms: remove it",
        ["Routing:MaxNodes"] = Connections,
        ["Routing:IdleTimeout"] = Connections,
        ["Routing:ConnectTimeout"] = Connections,
    };

    /// <summary>What to do instead; null for a name that never was one.</summary>
    public static string? Find(string setting) => Instead.GetValueOrDefault(setting);
}
