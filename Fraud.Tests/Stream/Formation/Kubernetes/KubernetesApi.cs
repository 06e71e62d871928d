using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Fraud.Tests.Deploy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Stream.Formation.Kubernetes;

/// <summary>
/// A stand-in for the API of Kubernetes, as far as a pod asks it: HTTPS, the token of a service account, and of what is asked only what
/// a Role allows that a RoleBinding gives the account.
/// </summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    private readonly WebApplication _server;

    private KubernetesApi(WebApplication server) => _server = server;

    /// <param name="objects">Role, RoleBinding and service account, as they would be applied.</param>
    /// <param name="token">Of the pods' service account.</param>
    /// <param name="pods">All that there are; may grow meanwhile.</param>
    public static async Task<KubernetesApi> Start(
        int port, X509Certificate2 certificate, IReadOnlyList<JsonObject> objects, string token, ConcurrentQueue<JsonObject> pods)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate)));
        var server = builder.Build();
        server.Run(request => Answer(request, objects, token, pods));
        await server.StartAsync();
        return new KubernetesApi(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task Answer(HttpContext http, IReadOnlyList<JsonObject> objects, string token, ConcurrentQueue<JsonObject> pods)
    {
        var account = objects.Of("Deployment")["spec"]!["template"]!["spec"]!["serviceAccountName"]!.GetValue<string>();
        if (http.Request.Headers.Authorization != $"Bearer {token}")
        {
            await Refuse(http, 401, "Unauthorized");
            return;
        }

        // /api/v1/namespaces/NAMESPACE/pods
        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (http.Request.Method != "GET" || path is not ["api", "v1", "namespaces", var space, "pods"])
        {
            await Refuse(http, 404, "the server could not find the requested resource");
            return;
        }

        var verb = http.Request.Query["watch"] == "true" ? "watch" : "list";
        if (!IsAllowed(objects, account, space, verb))
        {
            await Refuse(http, 403, $"pods is forbidden: User \"system:serviceaccount:{space}:{account}\" cannot {verb} resource \"pods\" in API group \"\" in the namespace \"{space}\"");
            return;
        }

        // Equality is all of the language that the manifests use.
        var labels = http.Request.Query["labelSelector"].ToString().Split(',').Select(static one => one.Split('=')).ToArray();
        await http.Response.WriteAsJsonAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PodList",
            ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
            ["items"] = new JsonArray([.. pods
                .Where(pod => (string?)pod["metadata"]!["namespace"] == space)
                .Where(pod => labels.All(label => (string?)pod["metadata"]!["labels"]![label[0]] == label[1]))
                .Select(static pod => pod.DeepClone())]),
        });
    }

    private static bool IsAllowed(IReadOnlyList<JsonObject> objects, string account, string space, string verb)
    {
        var binding = objects.Of("RoleBinding");
        return objects.Any(role => KubernetesObjects.Kind(role) == "Role"
            && (string?)role["metadata"]!["name"] == (string?)binding["roleRef"]!["name"]
            && (string?)role["metadata"]!["namespace"] == space
            && (string?)binding["metadata"]!["namespace"] == space
            && binding["subjects"]!.AsArray().Any(subject => (string?)subject!["name"] == account && (string?)subject["namespace"] == space)
            && role["rules"]!.AsArray().Any(rule => Names(rule, "apiGroups", "") && Names(rule, "resources", "pods") && Names(rule, "verbs", verb)));
    }

    private static bool Names(JsonNode? rule, string list, string value) => rule![list]!.AsArray().Any(one => (string?)one == value);

    private static Task Refuse(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["status"] = "Failure",
            ["message"] = message,
            ["code"] = status,
        });
    }
}
