using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>
/// What the reference systems document, in our pages: each with the words without which it would not be told. Whether what they
/// say is true is held by the tests of commands, examples, settings and links beside this one.
/// </summary>
public sealed class DocumentPromiseTests
{
    private static readonly Dictionary<string, (string Page, string[] Said)> Promised = new(StringComparer.Ordinal)
    {
        ["A-091"] = ("docs/api.md", ["## Errors", "## Rate limits", "## How fast", "## Who may call", "## What to do, and what not"]),
        ["A-092"] = ("docs/deployment.md", ["## What is needed", "## Containers", "## Kubernetes", "deploy/deploy.sh\n", "docker compose up -d"]),
        ["A-093"] = ("docs/deployment.md", ["## Monitoring", "(runbook.md)", "(scaling.md)", "(backup.md)", "## Security checklist"]),
        ["A-094"] = ("README.md", ["(docs/architecture.md)", "(docs/decisions/)", "(docs/runbook.md)", "(docs/summary.md)"]),
        ["A-095"] = ("docs/cloud.md", ["## AWS", "EKS", "ECS", "MSK", "CloudWatch"]),
        ["A-096"] = ("docs/cloud.md", ["## Azure", "AKS", "Event Hubs", "Application Insights"]),
        ["A-097"] = ("docs/cloud.md", ["## Google Cloud", "GKE", "Managed Service for Apache Kafka", "Cloud Logging"]),
        ["B-054"] = ("docs/deployment.md", ["certbot --nginx -d fraud.example.com", "only three ports are open", "ufw allow 22,80,443/tcp"]),
        ["B-067"] = ("docs/runbook.md", ["## Going back", "git checkout v1.2.2", "deploy/deploy.sh --build"]),
        ["B-069"] = ("docs/runbook.md", ["## First look", "curl -s http://127.0.0.1:8000/health/ready", "docker compose exec db pg_isready -U fraud -d fraud\ncurl -s http://127.0.0.1:9090/api/v1/targets"]),
        ["B-071"] = ("docs/runbook.md", ["## Do alarms get through", "docker compose stop api", "/api/v1/alerts", "docker compose start api"]),
        ["B-072"] = ("docs/runbook.md", ["| daily | dashboard", "alarms", "Disk space"]),
        ["B-073"] = ("docs/runbook.md", ["| weekly | `GET /api/v1/audit`", "Updates that wait", "sha256sum -c"]),
        ["B-074"] = ("docs/runbook.md", ["| monthly | restore a backup", "Index sizes", "Capacity"]),
        ["B-075"] = ("docs/runbook.md", ["| quarterly | new keys", "database password", "A drill", "is it still true?"]),
        ["B-076"] = ("docs/runbook.md", ["## Troubleshooting", "address already in use", "exit code 137", "PostgreSQL is not reachable", "model not found", "### HighErrorRate", "### ConsumerLagHigh", "### DataDrift"]),
        ["B-077"] = ("docs/runbook.md", ["## Logs", "Elasticsearch and Kibana", "CloudWatch", "Azure Monitor", "Google Cloud Logging"]),
        ["B-078"] = ("docs/deployment.md", ["4 cores, 8 GB, 50 GB", "8 or more, 16 GB or more, 200 GB of SSD", "Docker 24 with Compose 2.20"]),
        ["B-079"] = ("docs/runbook.md", ["## Who is called", "15 min", "| 1 h |", "4 h, in working hours", "next business day"]),
        ["B-081"] = ("docs/deployment.md", ["The database's disk is encrypted", "backups for a public key"]),
        ["B-088"] = ("docs/deployment.md", ["127.0.0.1:8000", "127.0.0.1:9090", "127.0.0.1:3000", "FRAUD_ADMIN_KEY", "POSTGRES_PASSWORD"]),
        ["D-043"] = ("docs/deployment.md", ["CloudNativePG", "Strimzi", "kubectl apply -k deploy/kubernetes-data", "helm -n fraud-detection install fraud"]),
        ["D-086"] = ("docs/runbook.md", ["restore on another machine", "A drill"]),
        ["D-088"] = ("README.md", ["./run ", "./test ", "## When it does not work", "docs/deployment.md", "docs/runbook.md"]),
        ["D-089"] = ("docs/scaling.md", ["## What breaks first", "## Steps", "nodes"]),
        ["D-090"] = ("docs/deployment.md", ["4 cores, 8 GB, 50 GB", "PostgreSQL 15 or newer", "Kafka 3 or newer"]),
        ["E-023"] = ("docs/load.md", ["E-023 cost", "no machine was rented"]),
        ["E-024"] = ("README.md", ["KafkaPartitions┐", "## Where things are", "## Two commands", "## Configuration", "## When it does not work", "## References"]),
        ["E-025"] = ("docs/benchmarks.md", ["## Results", "## The seven load tests", "## What falls short, and why", "fraud bench"]),
        ["E-026"] = ("CONTRIBUTING.md", ["## Commits", "conventionalcommits.org", "## Pull requests"]),
        ["E-027"] = ("docs/runbook.md", ["model not found", "connection refused", "slower than it was"]),
        ["F-016"] = ("docs/deployment.md", ["### A new version on a part of the payments", "rollout pause deployment/fraud-api", "rollout resume deployment/fraud-api"]),
        ["E-028"] = ("docs/load.md", ["| Windows |", "| macOS |", "| Linux |"]),
    };

    public static TheoryData<string> Items => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(Items))]
    public void Page_OfAnItem_SaysIt(string item)
    {
        var (page, said) = Promised[item];
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));

        Assert.All(said, words => Assert.Contains(words, text, StringComparison.Ordinal));
    }
}
