using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>A block of code in a document.</summary>
/// <param name="Document">Its path in the repository.</param>
/// <param name="Line">Of its first fence, from 1.</param>
internal sealed partial record ShellBlock(string Document, int Line, string Language, string Text)
{
    public bool IsShell => Language is "sh" or "bash";

    public string FirstLine => Text.Split('\n')[0];

    /// <summary>Every document that people read.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        .. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(new[] { "docs", "examples", "deploy", "Fraud.Client", "Fraud.Client.DependencyInjection" }
                .SelectMany(static folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(static file => Path.GetRelativePath(Repository.Root, file))
            .Where(static file => !file.Contains("node_modules", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<ShellBlock> Of(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        return [.. Fenced().Matches(text).Select(match => new ShellBlock(
            document, text.AsSpan(0, match.Index).Count('\n') + 1, match.Groups["language"].Value, match.Groups["text"].Value))];
    }

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Fenced();
}
