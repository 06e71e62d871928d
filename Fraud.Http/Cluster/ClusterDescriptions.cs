using Fraud.Http.ApiDocs;

namespace Fraud.Http.Cluster;

/// <summary>The cluster's view as the OpenAPI document tells of it.</summary>
internal static class ClusterDescriptions
{
    private const string Tag = "Cluster";

    private static readonly ApiShape Answer = new("Cluster", """
        {
          "as_of": "2026-11-21T10:00:00+00:00",
          "store": "sqlite",
          "store_error": null,
          "lag": 0,
          "shards": [
            {
              "shard": 0,
              "state": "open",
              "owner": "node-1",
              "address": "http://127.0.0.1:8001",
              "generation": 1,
              "journal": 12,
              "snapshot": 10,
              "next_offset": 340,
              "lag": 0,
              "cards": 17,
              "cards_away": 2
            }
          ],
          "nodes": [
            {
              "name": "node-1",
              "address": "http://127.0.0.1:8001",
              "urls": ["http://127.0.0.1:8000"],
              "is_asked": true,
              "state": "running",
              "kafka": "up",
              "model": "payments 1",
              "held": 6,
              "open": 6,
              "uptime_seconds": 3600.5
            }
          ]
        }
        """)
    {
        { "as_of", "When this was seen." },
        { "store", "The store that all share." },
        { "store_error", "Why the shards' rows could not be read; what is said of shards is then this node's own view.", FieldIs.Nullable | FieldIs.Any },
        { "lag", "Records in Kafka that are not yet stored; null when an end is not known.", FieldIs.Nullable },
        { "shards", "The shards." },
        { "shards[].shard", "Its number: the partition of the transactions topic." },
        { "shards[].state", "Whether it is served.", FieldIs.Required, "open", "recovering", "nobody", "no_answer", "not_served" },
        { "shards[].owner", "The node that holds its claim." },
        { "shards[].address", "Where that node takes payments from others." },
        { "shards[].generation", "Of the claim; writes of an older one are refused." },
        { "shards[].journal", "Last position of its journal." },
        { "shards[].snapshot", "Position that its stored card states contain." },
        { "shards[].next_offset", "Offset that is read next; null when none was.", FieldIs.Nullable },
        { "shards[].lag", "Records in Kafka that are not yet stored; null when the end is not known.", FieldIs.Nullable },
        { "shards[].cards", "Cards in its owner's memory; null unless the owner says so.", FieldIs.Nullable },
        { "shards[].cards_away", "Cards that wait in the store; likewise.", FieldIs.Nullable },
        { "nodes", "The nodes: the one that was asked, and each that holds a claim." },
        { "nodes[].name", "Its name, new at every start." },
        { "nodes[].address", "Where it takes payments from others." },
        { "nodes[].urls", "Its front door; empty when it does not answer." },
        { "nodes[].is_asked", "Whether this is the node that was asked." },
        { "nodes[].state", "Of its graph, such as running; \"no answer\" when it does not." },
        { "nodes[].kafka", "Its connection to Kafka." },
        { "nodes[].model", "The model that it scores with." },
        { "nodes[].held", "Shards that the store says it owns." },
        { "nodes[].open", "Of them: those that it serves." },
        { "nodes[].uptime_seconds", "Since it started; null when it does not answer.", FieldIs.Nullable | FieldIs.Number },
    };

    public static ApiDescription Report { get; } = new(Tag, "Nodes and shards")
    {
        Detail = "The cluster as this node sees it: who serves which shard, and how far behind Kafka it is.",
        Parameters =
        [
            new ApiParameter("view", "query", "node: what this node knows of itself alone, which nodes ask each other for.", "node") { IsRare = true },
        ],
        Answers = [ApiAnswer.Json(Answer, "The cluster.")],
        Problems = [400],
    };

    public static ApiDescription Page { get; } = new(Tag, "Nodes and shards, for people")
    {
        Detail = "A page that shows /cluster and keeps it up to date.",
        Answers = [new ApiAnswer(200, "The page.", "text/html") { Text = "<!doctype html>" }],
    };
}
