using System.Text.RegularExpressions;
using Fraud.Tests.Deploy;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>Whether the service exports the metrics that documents name.</summary>
public sealed partial class DocumentedMetricTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    // Topics, fields of answers, the beginning of a key, names on the network.
    private static readonly string[] Others =
    [
        "fraud_alerts", "fraud_labels", "fraud_score", "fraud_probability", "fraud_rate", "fraud_detections", "fraud_count", "fraud_",
        "fraud_detection_api", "fraud_detection_consumer",
    ];

    [Fact]
    public async Task Metrics_OfTheDocuments_AreThoseOfTheService()
    {
        var page = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var known = ServiceMetrics.Names(server.Services)
            .Concat(page.Split('\n').Where(static line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[2]))
            // Of a histogram its bare name may be told.
            .SelectMany(static name => new[] { name, name.Replace("_bucket", "", StringComparison.Ordinal) })
            .Concat(Others)
            .ToHashSet(StringComparer.Ordinal);

        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
        {
            Assert.All(
                Metric().Matches(await File.ReadAllTextAsync(file)).Select(static match => match.Groups[1].Value),
                name => Assert.True(known.Contains(name), $"{Path.GetFileName(file)}: there is no metric {name}"));
        }
    }

    [GeneratedRegex(@"`((?:fraud|dotnet)_[a-z0-9_]*|data_drift_score|model_(?:accuracy|precision|recall|f1))(?:\{[^`]*)?`", RegexOptions.None, 1_000)]
    private static partial Regex Metric();
}
