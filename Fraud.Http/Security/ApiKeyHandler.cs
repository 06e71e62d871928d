using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Security;

/// <summary>Knows callers by their key, in X-API-Key or behind Bearer, and lets them in without one where none is needed.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory log, UrlEncoder encoder,
    ApiKeys known, KeyDirectory keys, SchemeSelector selector)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, log, encoder)
{
    // As long as a request may take altogether.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private static readonly Task<object> NoEvents = Task.FromResult(new object());

    protected override Task<object> CreateEventsAsync() => NoEvents;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => known.TryJudge(Context, out var judged) ? judged : WaitAndAuthenticate();

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await Refusals.Write(Context, (await HandleAuthenticateOnceSafeAsync()).Failure);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusals.WriteForbidden(Context);

    private async Task<AuthenticateResult> WaitAndAuthenticate()
    {
        try
        {
            await keys.Loaded.WaitAsync(LongestWait, TimeProvider, Context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return await CredentialException.NotReady;
        }

        // Now that there are keys, what was sent may be another scheme's.
        return selector.Choose(Context) is { } other ? await Context.AuthenticateAsync(other) : await HandleAuthenticateAsync();
    }
}
