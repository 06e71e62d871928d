using Fraud.Http.ApiDocs;

namespace Fraud.Http.Cluster;

/// <summary>The cluster's view as the OpenAPI document tells of it.</summary>
internal static class ClusterDescriptions
{
    private const string Tag = "Cluster";

    public static ApiDescription Report { get; } = new(Tag, "Nodes and shards")
    {
        Detail = "The cluster as this node sees it: its members, who serves which shard and how far behind Kafka it is, and what became of shards lately.",
        Parameters =
        [
            new ApiParameter("view", "query", "node: what this node knows of itself alone.", "node")
            {
                Values = ["node"],
                IsRare = true,
            },
        ],
        Answers = [ApiAnswer.Json<ClusterReport>("The cluster.")],
        Problems = [400],
    };

    public static ApiDescription Page { get; } = new(Tag, "Nodes and shards, for people")
    {
        Detail = "A page that shows /cluster and keeps it up to date.",
        Answers = [new ApiAnswer(200, "The page.", "text/html") { Text = "<!doctype html>" }],
    };
}
