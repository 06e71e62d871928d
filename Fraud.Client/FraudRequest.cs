namespace Fraud.Client;

/// <summary>What handlers below a <see cref="FraudClient"/> are told of its requests, and may tell it, in <see cref="HttpRequestMessage.Options"/>.</summary>
public static class FraudRequest
{
    /// <summary>
    /// Set by the client: whether the request may be sent again although it is not known what became of it. 429, and a
    /// connection that was never made, may be followed by another attempt in any case.
    /// </summary>
    public static HttpRequestOptionsKey<bool> IsRepeatable { get; } = new("Fraud.Client.IsRepeatable");

    /// <summary>Set by a handler that sends again: how often it sent. Ends up in <see cref="FraudApiException.Attempts"/>.</summary>
    public static HttpRequestOptionsKey<int> Attempts { get; } = new("Fraud.Client.Attempts");
}
