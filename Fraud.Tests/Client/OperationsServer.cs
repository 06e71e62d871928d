using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Tests.Http;
using Fraud.Tests.Http.Training;
using Fraud.Tests.Model;
using Fraud.Tests.Support;

namespace Fraud.Tests.Client;

/// <summary>A server on which every operation has something to do: cases, a version to import and load, a training that runs.</summary>
public sealed class OperationsServer : IAsyncLifetime
{
    public const string StripeSecret = "whsec_0123456789abcdef";

    /// <summary>Operations that are files for a browser, and why no program asks for them.</summary>
    private static readonly Dictionary<string, string> ForBrowsers = new(StringComparer.Ordinal)
    {
        ["getReviewPage"] = "the page of flagged payments",
        ["getReviewFile"] = "its scripts and styles",
        ["getModelsPage"] = "the page of models",
        ["getModelsFile"] = "its scripts and styles",
        ["beginReviewSignIn"] = "leads a browser to the identity provider",
        ["getReviewSession"] = "of a person in a browser",
        ["endReviewSession"] = "of a person in a browser",
        ["getClusterPage"] = "the page that shows the cluster report",
    };

    private readonly TempFolder _folder = new();
    private readonly FlaggingServer _flagging;

    public OperationsServer()
    {
        TrainingServer.WriteData(_folder);
        AddVersion("1");
        AddVersion("7");
        var (key, value) = TrainingServer.Endless(_folder);
        _flagging = new FlaggingServer(new()
        {
            ["Stripe:WebhookSecrets"] = StripeSecret,
            ["Inference:Repository"] = _folder.Path,
            ["Registry:ImportFolder"] = _folder.Path,
            ["Training:DataFile"] = _folder.File("history.csv"),
            [key] = value,
        });
    }

    public Uri Address => _flagging.Server.Client.BaseAddress!;

    /// <summary>What the document says, but for what is for browsers: operationId, method, and path with its parameters in braces.</summary>
    public IReadOnlyDictionary<string, (string Method, string Path)> Operations { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _flagging.InitializeAsync();
        var document = JsonDocument.Parse(await _flagging.Server.Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative))).RootElement;
        Operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(static path => path.Value.EnumerateObject()
                .Where(static operation => operation.Value.TryGetProperty("operationId", out _))
                .Select(operation => (Id: operation.Value.GetProperty("operationId").GetString()!, operation.Name, Path: path.Name)))
            .Where(static operation => !ForBrowsers.ContainsKey(operation.Id))
            .ToDictionary(static operation => operation.Id, static operation => (operation.Name.ToUpperInvariant(), operation.Path), StringComparer.Ordinal);
    }

    public async Task DisposeAsync()
    {
        await _flagging.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A payment that becomes a case.</summary>
    public Task Pay(string id) => _flagging.Pay(id);

    private void AddVersion(string version)
    {
        var folder = Directory.CreateDirectory(_folder.File($"payments/{version}")).FullName;
        ModelFolder.CopyShipped(folder);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!;
        manifest["version"] = version;
        File.WriteAllText(Path.Combine(folder, "manifest.json"), manifest.ToJsonString());
    }
}
