namespace Fraud.Http.Security;

/// <summary>Ways to say who asks, by the names that policies refer to.</summary>
internal static class Schemes
{
    /// <summary>Of every policy at the front door: it hands on to the others what is theirs (<see cref="SchemeSelector"/>).</summary>
    public const string ApiKey = "ApiKey";

    public const string Bearer = "Bearer";

    /// <summary>The cookie of a person who signed in by <see cref="Provider"/>.</summary>
    public const string Session = "Session";

    /// <summary>The identity provider that people sign in at.</summary>
    public const string Provider = "Provider";
}
