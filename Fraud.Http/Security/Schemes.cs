namespace Fraud.Http.Security;

/// <summary>Ways to say who asks, by the names that policies refer to.</summary>
internal static class Schemes
{
    /// <summary>Of every policy at the front door: it hands on to the others what is theirs (<see cref="SchemeSelector"/>).</summary>
    public const string ApiKey = "ApiKey";

    public const string Bearer = "Bearer";
}
