using System.CommandLine;
using System.Text.RegularExpressions;
using Fraud.Cli;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>Whether the commands, scripts and pages that documents name are there.</summary>
public sealed partial class DocumentedCommandTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(static file => $"docs/{Path.GetFileName(file)}").Order(),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Commands_OfADocument_AreThoseOfTheProgram(string document)
    {
        foreach (var command in Fraud(Read(document)))
        {
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Command? at = FraudCommand.Create();
            var options = at.Options.ToList();
            var used = 1;
            while (used < words.Length && at.Subcommands.FirstOrDefault(sub => sub.Name == words[used]) is { } next)
            {
                at = next;
                options.AddRange(at.Options);
                used++;
            }

            Assert.True(used > 1 || words.Length == 1 || words[1].StartsWith('-'), $"{document}: {command}: there is no 'fraud {words.ElementAtOrDefault(1)}'");
            foreach (var option in Option().Matches(command).Select(static match => match.Value))
            {
                Assert.True(
                    options.Any(known => known.Name == option || known.Aliases.Contains(option)),
                    $"{document}: {command}: '{at.Name}' has no {option}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Scripts_OfADocument_AreHere(string document) =>
        Assert.All(Script().Matches(Read(document)).Select(static match => match.Value).Distinct(), script =>
            Assert.True(File.Exists(Path.Combine(Repository.Root, script)), $"{document}: there is no {script}"));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_OfADocument_LeadToFiles(string document) =>
        Assert.All(Link().Matches(Read(document)).Select(static match => match.Groups[1].Value).Distinct(), link =>
            Assert.True(
                Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, link)), $"{document}: {link} does not exist"));

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    /// <summary>Commands in code: in spans whole, in blocks by line without what a shell does with them.</summary>
    private static IEnumerable<string> Fraud(string text)
    {
        var lines = Block().Matches(text).SelectMany(static block => block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'));
        var spans = Span().Matches(Block().Replace(text, "")).Select(static span => span.Groups[1].Value);
        return lines.Concat(spans)
            .Where(static code => code.StartsWith("fraud ", StringComparison.Ordinal))
            .Select(static code => Rest().Replace(code, "").Trim());
    }

    [GeneratedRegex(@"^```\w*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, 1_000)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([^`\n]+)`", RegexOptions.None, 1_000)]
    private static partial Regex Span();

    // A comment, a pipe, a redirection, another command.
    [GeneratedRegex(@"\s(#|\||>|&&|;).*$", RegexOptions.None, 1_000)]
    private static partial Regex Rest();

    [GeneratedRegex(@"(?<=\s\[?)--[a-z][a-z0-9-]*", RegexOptions.None, 1_000)]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<![\w/.-])(?:deploy|build|docs/checks)/[\w./-]+\.(?:sh|yml|env|cron)", RegexOptions.None, 1_000)]
    private static partial Regex Script();

    [GeneratedRegex(@"\]\(([^)#:\s]+)(?:#[^)]*)?\)", RegexOptions.None, 1_000)]
    private static partial Regex Link();
}
