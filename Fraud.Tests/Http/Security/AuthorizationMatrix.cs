using System.Text;
using System.Text.RegularExpressions;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>Calls every address with a credential and says where the answer is not what the address's access asks for.</summary>
internal static class AuthorizationMatrix
{
    private static readonly Regex Parameter = new(@"\{[^}]*\}", RegexOptions.NonBacktracking);

    public static async Task<List<string>> Mistakes(SecuredServer secured, string name)
    {
        var credential = await Credential.Make(name, secured);
        var wrong = new List<string>();
        foreach (var (endpoint, method) in Calls(secured.Server.Services))
        {
            if (await Check(secured, endpoint, method, credential) is { } mistake)
            {
                wrong.Add($"{method} {endpoint.RoutePattern.RawText}: {mistake}");
            }
        }

        return wrong;
    }

    public static List<(RouteEndpoint Endpoint, string Method)> Calls(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .SelectMany(static endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => (endpoint, method))),
    ];

    private static async Task<string?> Check(SecuredServer secured, RouteEndpoint endpoint, string method, Credential credential)
    {
        if (endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is not { } policy)
        {
            return "expected .Needs(...)";
        }

        var access = Enum.GetValues<Access>().First(access => access.ScopeName() == policy);

        using var request = new HttpRequestMessage(new HttpMethod(method), Parameter.Replace(endpoint.RoutePattern.RawText!, "1"));
        if (method is not ("GET" or "HEAD" or "OPTIONS"))
        {
            // What no address takes: only the guard is to be seen, and nothing is to be done.
            request.Content = new StringContent("?", Encoding.UTF8, "application/x-nothing");
        }

        credential.AddTo(request);
        // The head tells enough; a stream has no end.
        using var response = await secured.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // The inference protocol and MLflow have dialects of their own.
        var path = endpoint.RoutePattern.RawText!;
        var isDialect = path.StartsWith("/v2", StringComparison.Ordinal) || path.StartsWith("/api/2.0/mlflow", StringComparison.Ordinal);
        var isProblem = response.Content.Headers.ContentType?.MediaType == (isDialect ? "application/json" : "application/problem+json");
        var challenges = response.Headers.WwwAuthenticate.Count;
        var status = (int)response.StatusCode;
        return (access, credential.Worth) switch
        {
            (Access.Open, _) => challenges == 0 ? null : $"expected to be open, and got {status}",
            (_, null) => status == 401 && isProblem && challenges > 0 ? null : $"expected 401 with a challenge and a problem, and got {status}",
            (_, { } scopes) when new Caller(CallerKind.Key, "", scopes, null).Holds(access) =>
                challenges == 0 && status is not (401 or 403) ? null : $"expected to be let in, and got {status}",
            _ => status == 403 && isProblem && challenges > 0 ? null : $"expected 403 with a challenge and a problem, and got {status}",
        };
    }
}
