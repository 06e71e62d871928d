using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Stream.Registry;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Http.Training;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http;

/// <summary>The lines of docs/reference-curl.md, pasted into a shell as they are, addresses apart.</summary>
public sealed partial class ReferenceCurlTests(ReferenceServers servers) : IClassFixture<ReferenceServers>
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "reference-curl.md"));

    /// <summary>The items of the tables; some have several lines.</summary>
    public static TheoryData<string> Items => [.. Lines.Select(static line => Row().Match(line).Groups["item"].Value).Where(static item => item.Length > 0).Distinct()];

    [Theory]
    [MemberData(nameof(Items))]
    public async Task Curl_AsTheReferenceDocumentsIt_AnswersTheDocumentedShape(string item)
    {
        for (var line = 0; line < Lines.Length; line++)
        {
            if (Row().Match(Lines[line]) is { Success: true } row && row.Groups["item"].Value == item)
            {
                var server = Array.FindIndex(Lines, static text => text.StartsWith("## Where the model", StringComparison.Ordinal)) < line
                    ? servers.FeatureList
                    : servers.Payments;

                var (status, body) = await Curl(server, row.Groups["command"].Value);

                Assert.True(status == int.Parse(row.Groups["status"].Value, CultureInfo.InvariantCulture), $"{item}: {status} {body}");
                foreach (var wanted in Wanted().Matches(row.Groups["answers"].Value).Select(static match => match.Groups[1].Value))
                {
                    Assert.True(Holds(body, wanted), $"{item}: no {wanted} in {body}");
                }
            }
        }
    }

    [Fact]
    public async Task FeatureList_OnThePaymentsModel_Is422AsThePageSays()
    {
        var line = Array.Find(Lines, static text => text.StartsWith("| E-001 ", StringComparison.Ordinal))!;

        var (status, body) = await Curl(servers.Payments, Row().Match(line).Groups["command"].Value);

        Assert.Equal(422, status);
        Assert.Equal("amount", JsonDocument.Parse(body).RootElement.GetProperty("field").GetString());
    }

    [Fact]
    public async Task FeatureList_Fraud_SaysWhichColumnIsUnusual()
    {
        var features = new double[30];
        features[14] = -8;
        using var response = await servers.FeatureList.Post("/predict", $$"""{"features":[{{string.Join(',', features)}}]}""");

        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("block", answer.GetProperty("decision").GetString());
        Assert.Equal("V14", Assert.Single(answer.GetProperty("risk_factors").EnumerateArray()).GetString());
    }

    private static bool Holds(string body, string wanted)
    {
        if (wanted.StartsWith('~'))
        {
            return body.Contains(wanted[1..], StringComparison.OrdinalIgnoreCase);
        }

        var (path, value) = wanted.Split('=', 2) is [var left, var right] ? (left, right) : (wanted, null);
        var element = JsonDocument.Parse(body).RootElement;
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return false;
            }
        }

        return value is null || element.ToString() == value;
    }

    private static async Task<(int Status, string Body)> Curl(ServerFixture server, string command)
    {
        var pasted = Address().Replace(command, server.Client.BaseAddress!.ToString().TrimEnd('/') + "${path}");
        var (exit, output, errors) = await ProgramRun.ToEnd("bash", ["-c", $"{pasted} -sSL -m 30 -w '\\n%{{http_code}}'"]);
        Assert.True(exit == 0, $"{pasted}\n{errors}");
        var end = output.LastIndexOf('\n');
        return (int.Parse(output[(end + 1)..], CultureInfo.InvariantCulture), output[..end]);
    }

    [GeneratedRegex(@"^\| (?<item>[A-E]-\d{3}) \| `(?<command>curl .*)` \| (?<status>\d{3}) \| (?<answers>.*) \|$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1_000)]
    private static partial Regex Wanted();

    [GeneratedRegex(@"http://localhost:\d+(?<path>/[^\s""?]*)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Address();
}

/// <summary>One server on the shipped model with what the lines need, and one with a model of the 30 features beside it.</summary>
public sealed class ReferenceServers : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    public ReferenceServers()
    {
        Payments = new ServerFixture(new Dictionary<string, string?>
        {
            ["Training:DataFile"] = _folder.File("history.csv"),
            ["Training:WorkFolder"] = _folder.File("training"),
            ["Training:StagingFolder"] = _folder.File("staged"),
        });
        FeatureList = new ServerFixture(new Dictionary<string, string?> { ["Scoring:FeatureModel"] = FeatureListModel.Write(_folder) });
    }

    public ServerFixture Payments { get; }

    public ServerFixture FeatureList { get; }

    public async Task InitializeAsync()
    {
        TrainingServer.WriteData(_folder);
        await Payments.InitializeAsync();
        await FeatureList.InitializeAsync();
        // What analysts' lines are about, and what counters count.
        using var flagged = await Payments.Post("/predict", """{"transaction_id":"txn-42","card_id":"card-42","terminal_id":"t","amount":950}""");
        flagged.EnsureSuccessStatusCode();
        var recent = Payments.Services.GetRequiredService<StreamMetrics>().Recent;
        await Poll.Until(() => recent.Read().Predictions > 0);
        await Poll.Until(() => Payments.Services.GetRequiredService<IModelRegistry>().List().Count > 0);
        await Payments.UntilReady();
    }

    public async Task DisposeAsync()
    {
        await Payments.DisposeAsync();
        await FeatureList.DisposeAsync();
        _folder.Dispose();
    }
}
