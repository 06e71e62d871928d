namespace Fraud.Cli.Arguments;

/// <summary>
/// The key that commands send to a service: FRAUD_API_KEY of the environment, because arguments are seen by everyone
/// on the machine.
/// </summary>
internal static class ApiKey
{
    public const string Variable = "FRAUD_API_KEY";

    public const string Header = "X-API-Key";

    /// <summary>Null when there is none.</summary>
    /// <exception cref="UsageException">It cannot be a header.</exception>
    public static string? Read()
    {
        var key = Environment.GetEnvironmentVariable(Variable)?.Trim();
        return string.IsNullOrEmpty(key) ? null
            : key.All(static letter => char.IsAscii(letter) && !char.IsControl(letter)) ? key
            : throw new UsageException($"{Variable}: expected a key: letters, digits and signs of ASCII");
    }

    /// <summary>A client that sends it to the service it asks, and nowhere else: it follows no redirects, which the service never answers with.</summary>
    public static HttpClient Client(TimeSpan timeout, int? connections = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (connections is { } most)
        {
            handler.MaxConnectionsPerServer = most;
        }

        var client = new HttpClient(handler, disposeHandler: true) { Timeout = timeout };
        if (Read() is { } key)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(Header, key);
        }

        return client;
    }

    /// <summary>What to do about an answer of 401 or 403; null for others.</summary>
    public static string? Remedy(int status) => status switch
    {
        401 => $"expected a valid key in {Variable}; 'fraud keys create' makes one",
        403 => $"expected a key with another scope in {Variable}",
        _ => null,
    };
}
