using System.Net;
using System.Text.RegularExpressions;

namespace Fraud.Tests.Http.Security.Oidc;

/// <summary>A browser as far as sign-in needs one: cookies, and each redirect to be looked at.</summary>
internal sealed partial class BrowserByHand : IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _service;

    public BrowserByHand(Uri service)
    {
        _service = service;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies });
    }

    public CookieContainer Cookies { get; } = new();

    public Cookie? Session => Cookies.GetCookies(_service)["fraud-session"];

    public void Dispose() => _client.Dispose();

    /// <summary>Until the provider sends it back: the address that it sends it to.</summary>
    public async Task<Uri> UntilSentBack()
    {
        using var begun = await Send(HttpMethod.Get, "/review/sign-in");
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var page = await _client.GetStringAsync(begun.Headers.Location);
        return new Uri(WebUtility.HtmlDecode(Link().Match(page).Groups[1].Value));
    }

    /// <summary>The whole of it: where the service sends it in the end, and how the session's cookie was set.</summary>
    public async Task<(string? To, string Cookie)> SignIn()
    {
        using var back = await _client.GetAsync(await UntilSentBack());
        Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
        var cookie = back.Headers.TryGetValues("Set-Cookie", out var set) ? set.FirstOrDefault(static one => one.StartsWith("fraud-session=", StringComparison.Ordinal)) : null;
        return (back.Headers.Location?.OriginalString, cookie ?? "");
    }

    /// <param name="headers">As a browser sends them beside the cookies.</param>
    public Task<HttpResponseMessage> Send(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(_service, path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (method == HttpMethod.Put)
        {
            request.Content = new StringContent("""{"new_status":"FRAUD"}""", null, "application/json");
        }

        return _client.SendAsync(request);
    }

    public async Task<HttpStatusCode> Status(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var answer = await Send(method, path, headers);
        return answer.StatusCode;
    }

    [GeneratedRegex("href=\"([^\"]+)\"", RegexOptions.None, 1_000)]
    private static partial Regex Link();
}
