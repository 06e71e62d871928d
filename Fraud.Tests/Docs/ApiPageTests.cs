using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Http.Health;
using Fraud.Stream.Registry;
using Fraud.Tests.Http;
using Fraud.Tests.Http.Training;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Docs;

/// <summary>docs/api.md: its examples one after the other against a service, and whether it leaves an address out.</summary>
public sealed partial class ApiPageTests : IAsyncLifetime
{
    private const string Key = "a-key-with-all-scopes-0123456789";
    private const string StripeSecret = "whsec_of_the_page_and_its_test";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "api.md"));

    private readonly TempFolder _folder = new();
    private readonly ServerFixture _server;

    public ApiPageTests() => _server = new ServerFixture(new Dictionary<string, string?>
    {
        ["Security:AdminKey"] = Key,
        ["Stripe:WebhookSecrets"] = StripeSecret,
        ["Training:DataFile"] = _folder.File("history.csv"),
        ["Training:WorkFolder"] = _folder.File("training"),
        ["Training:StagingFolder"] = _folder.File("staged"),
    });

    public async Task InitializeAsync()
    {
        TrainingServer.WriteData(_folder);
        await _server.InitializeAsync();
        await Poll.Until(() => _server.Services.GetRequiredService<IModelRegistry>().List().Count > 0);
        await _server.UntilReady();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Examples_InTheirOrder_AnswerWhatThePageShows()
    {
        var examples = Example().Matches(Page);
        Assert.True(examples.Count > 15, $"only {examples.Count} examples were found");

        var wrong = new List<string>();
        foreach (Match example in examples)
        {
            var (language, code) = (example.Groups["language"].Value, example.Groups["code"].Value);
            var (kind, shown) = (example.Groups["kind"].Value, example.Groups["shown"].Value);
            var (exit, output) = await Run(language, code.Replace("http://127.0.0.1:8000", _server.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal));
            var difference = exit != 0 ? $"ended with {exit}"
                : kind == "json" ? Difference(JsonDocument.Parse(shown).RootElement, output)
                : Missing(shown, output);
            if (difference is not null)
            {
                wrong.Add($"{code}\n{difference}\nin: {output}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    [Fact]
    public void Blocks_ThatCanBeRun_AreFollowedByTheirAnswer()
    {
        // What is not looked at is no example.
        Assert.Equal(Runnable().Count(Page), Example().Count(Page));
    }

    [Fact]
    public void Addresses_OfTheService_AreAllOnThePage()
    {
        var named = Address().Matches(Page).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.All(_server.Services.GetRequiredService<EndpointList>().Public, address =>
            Assert.Contains(address.Replace("/api/2.0/mlflow/", "/", StringComparison.Ordinal), named));
    }

    private static async Task<(int Exit, string Output)> Run(string language, string code)
    {
        var (program, flag, folder) = language switch
        {
            "sh" => ("bash", "-c", ""),
            "python" => ("python3", "-c", "python"),
            _ => ("node", "--input-type=module", "javascript"),
        };
        string[] arguments = language == "javascript" ? [flag, "--eval", code] : [flag, code];
        var environment = new Dictionary<string, string?>
        {
            ["FRAUD_API_KEY"] = Key,
            ["STRIPE_WEBHOOK_SECRET"] = StripeSecret,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        var (exit, output, errors) = await ProgramRun.ToEnd(program, arguments, Path.Combine(Repository.Root, "examples", folder), environment);
        return (exit, exit == 0 ? output : output + errors);
    }

    private static string? Missing(string shown, string output) =>
        shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(line => !output.Contains(line, StringComparison.OrdinalIgnoreCase)) is { } line
            ? $"does not say: {line}"
            : null;

    private static string? Difference(JsonElement shown, string output)
    {
        try
        {
            return Difference("", shown, JsonDocument.Parse(output).RootElement);
        }
        catch (JsonException)
        {
            return "is not JSON";
        }
    }

    /// <summary>Each field that is shown is there, of the same kind; there may be more.</summary>
    private static string? Difference(string path, JsonElement shown, JsonElement real)
    {
        // The page may show null where a value may be missing, and the other way round.
        if (shown.ValueKind == JsonValueKind.Null || real.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return shown.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => real.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : $"{path} is no truth value",
            _ when shown.ValueKind != real.ValueKind => $"{path} is a {real.ValueKind}, not a {shown.ValueKind}",
            JsonValueKind.Object => shown.EnumerateObject()
                .Select(field => real.TryGetProperty(field.Name, out var value) ? Difference($"{path}.{field.Name}", field.Value, value) : $"{path}.{field.Name} is missing")
                .FirstOrDefault(static difference => difference is not null),
            JsonValueKind.Array => shown.GetArrayLength() == 0 ? null
                : real.GetArrayLength() == 0 ? $"{path} is empty"
                : Difference($"{path}[0]", shown[0], real[0]),
            _ => null,
        };
    }

    [GeneratedRegex(@"^```(?<language>sh|python|javascript)\n(?<code>.*?)^```\n```(?<kind>json|text)\n(?<shown>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"^```(sh|python|javascript)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Runnable();

    [GeneratedRegex(@"(?<=`)(GET|POST|PUT|DELETE) /[^`]*(?=`)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Address();
}
