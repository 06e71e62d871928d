namespace Fraud.Tests.Docs;

/// <summary>Blocks of shell commands that <see cref="ShellBlockTests"/> does not run, by document and first line, each with its reason.</summary>
internal static class UnrunBlocks
{
    /// <summary>Run by other tests, in their order and with their answers.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfDocuments = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["docs/api.md"] = "ApiPageTests runs all of them and holds their answers against the page",
        ["docs/upgrade.md"] = "UpgradePageTests runs all of them on the stores of the first version",
    };

    /// <summary>By document and how the block begins.</summary>
    public static readonly IReadOnlyDictionary<(string Document, string Begins), string> All = new Dictionary<(string, string), string>
    {
        [("CONTRIBUTING.md", "./test ")] = "they are these tests, and a service that runs until it is stopped",
        [("README.md", "./run      #")] = "the service until it is stopped (ServeCommandTests), and these tests",
        [("README.md", "./run --nodes 3")] = "a cluster until it is stopped: ClusterUpTests",
        [("docs/benchmarks.md", "fraud bench all")] = "minutes of measuring, for which the machine must be still; BenchCommandTests runs each for a moment",
        [("docs/card-models.md", "fraud train cards")] = "needs a file of card payments that is no part of the repository; CardTrainerTests",
        [("docs/clients.md", "npm install")] = "needs Triton's client, which no registry here has; StripeTests and InferTests send what the clients send",
        [("docs/drift.md", "fraud drift report  ")] = "needs the handbook's file; DriftDrillTests, DriftEndpointTests and CronTests run the commands",
        [("docs/inference.md", "dotnet bin/fraud.dll serve")] = "a service beside a client, in a container's folder; ExampleTests runs the script",
        [("docs/kafka.md", "jars=")] = "two Java servers until they are stopped; RealKafkaTests starts them so",
        [("docs/load.md", "fraud serve")] = "minutes of load, for which the machine must be still; LoadScenarioTests runs each for a moment",
        [("docs/model-quality.md", "fraud quality --data handbook_transactions.csv.gz --rounds 80")] = "needs the handbook's file and half an hour",
        [("docs/model-quality.md", "fraud quality --data handbook_transactions.csv.gz --setting long")] = "needs the handbook's file and half an hour",
        [("docs/model-quality.md", "fraud train")] = "needs the handbook's file",
        [("docs/model-quality.md", "fraud search")] = "needs the handbook's file and hours",
        [("docs/model-quality.md", "docs/checks/verify.sh")] = "needs the handbook's file",
        [("docs/reasons.md", "fraud explain --model models/payments --id order-1001 --postgres")] = "needs a PostgreSQL that has the payment",
        [("docs/reasons.md", "FRAUD_HANDBOOK=")] = "needs the handbook's file, and is a test",
        [("docs/runbook.md", "fraud retrain  ")] = "needs weeks of payments with labels: StoreTrainingTests, RetrainingDrillTests",
        [("docs/security.md", "openssl req -x509")] = "a service beside a client with a name of its own; MutualTlsTests makes certificates and asks so",
        [("docs/training.md", "curl -X POST http://127.0.0.1:8000/train -H 'Content-Type: application/json' -d '{\"max")] = "needs a file of payments with labels; ApiPageTests trains",
        [("docs/training.md", "curl -X POST http://127.0.0.1:8000/train -H 'Content-Type: application/json' -d '{\"from")] = "needs weeks of payments with labels: StoreTrainingTests",
        [("docs/training.md", "fraud backtest")] = "needs weeks of payments with labels, and the handbook's file: BacktestCommandTests",
        [("examples/stripe/README.md", "export STRIPE")] = "a service in another terminal until it is stopped; ExampleTests sends the charge",
    };

    /// <summary>Why the block is not run here; null: it is.</summary>
    public static string? Of(ShellBlock block) => OfDocuments.GetValueOrDefault(block.Document)
        ?? All.FirstOrDefault(one => one.Key.Document == block.Document && block.Text.StartsWith(one.Key.Begins, StringComparison.Ordinal)).Value;
}
