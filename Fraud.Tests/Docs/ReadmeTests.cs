using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Cli;
using Fraud.Faults.Processes;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>The commands that the README shows, pasted into a shell as they are, addresses apart.</summary>
public sealed partial class ReadmeTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task Curl_AsInTheReadme_AnswersAScoreFromTheShippedModel()
    {
        var answer = JsonDocument.Parse(await RunAsync(Command("curl ").Replace(
            "http://127.0.0.1:8000/", server.Client.BaseAddress!.ToString(), StringComparison.Ordinal))).RootElement;

        Assert.Equal("try-1", answer.GetProperty("transaction_id").GetString());
        Assert.InRange(answer.GetProperty("fraud_score").GetDouble(), 0, 1);
        Assert.Equal("block", answer.GetProperty("decision").GetString());
        Assert.Equal("payments", answer.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Kcat_AsInTheReadme_PaysAndReadsItsAlert()
    {
        await RunAsync(WithBroker(Command("echo ")));

        var alerts = "";
        var read = WithBroker(Command("kcat "));
        using var deadline = new CancellationTokenSource(Poll.Deadline);
        while (!alerts.Contains("alert-k-1", StringComparison.Ordinal))
        {
            deadline.Token.ThrowIfCancellationRequested();
            alerts = await RunAsync(read);
        }

        Assert.Contains("\"card_id\":\"card-7\"", alerts, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_NamedInTheReadme_AreThoseThatThereAre()
    {
        var section = Readme[Readme.IndexOf("## Commands", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("Each has", StringComparison.Ordinal)];
        var named = CodeSpan().Matches(section).Select(static match => match.Groups[1].Value).Where(static name => !name.Contains(' ', StringComparison.Ordinal));

        Assert.Equal(FraudCommand.Create().Subcommands.Select(static command => command.Name).Order(), named.Order());
    }

    [Fact]
    public void Links_InTheReadme_LeadToFiles()
    {
        var links = Link().Matches(Readme).Select(static match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(links);
        Assert.All(links, static link => Assert.True(Path.Exists(Path.Combine(Repository.Root, link)), $"{link} does not exist"));
    }

    /// <summary>The command of a code block that starts with this, with its continued lines.</summary>
    private static string Command(string start)
    {
        var lines = Readme.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.True(first >= 0, $"the README shows no command that starts with {start}");
        var last = first;
        while (lines[last].EndsWith('\\') || lines[last].EndsWith('|'))
        {
            last++;
        }

        return string.Join('\n', lines[first..(last + 1)]);
    }

    private string WithBroker(string command) => Broker().Replace(command, $"-b {server.Kafka}");

    private static async Task<string> RunAsync(string command)
    {
        var (exit, output, errors) = await ProgramRun.ToEnd("bash", ["-euo", "pipefail", "-c", command]);
        Assert.True(exit == 0, $"{command}\n{errors}");
        return output;
    }

    [GeneratedRegex(@"-b 127\.0\.0\.1:\d+", RegexOptions.None, 1_000)]
    private static partial Regex Broker();

    [GeneratedRegex(@"`([a-z]+)`", RegexOptions.None, 1_000)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\(([^)#:]+)\)", RegexOptions.None, 1_000)]
    private static partial Regex Link();
}
