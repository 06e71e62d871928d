using Fraud.Tests.Http.Review;

namespace Fraud.Tests.Http.Security.Oidc;

/// <summary>The whole service with flagged payments and an identity provider for people.</summary>
public sealed class SignInServer : IAsyncLifetime
{
    internal SignInProvider Provider { get; private set; } = null!;

    public ReviewServer Review { get; private set; } = null!;

    public ServerFixture Server => Review.Server;

    public async Task InitializeAsync()
    {
        Provider = await SignInProvider.Start();
        Review = new ReviewServer(Settings(Provider));
        await Review.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Review.DisposeAsync();
        await Provider.DisposeAsync();
    }

    internal static Dictionary<string, string?> Settings(SignInProvider provider) => new()
    {
        ["Security:Oidc:Authority"] = provider.Authority,
        ["Security:Oidc:ClientId"] = SignInProvider.ClientId,
        ["Security:Oidc:ClientSecret"] = SignInProvider.ClientSecret,
        ["Security:Oidc:Roles:fraud-desk"] = "analyst",
        ["Security:Oidc:Roles:operators"] = "metrics",
        ["Security:Oidc:SessionKey"] = Convert.ToBase64String(new byte[32]),
        ["Security:SignIns:ReportInterval"] = "00:00:00.200",
    };
}
