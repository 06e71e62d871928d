using System.Text.Json;

namespace Fraud.Faults.Fuzz;

/// <summary>
/// Valid requests of every address. A new address with a body gets a line here; one without is found in the list
/// that <c>GET /</c> gives. Left out on purpose: what would take the model away or start a training beside the run.
/// </summary>
public static class FuzzCorpus
{
    private const string Payment =
        """{"transaction_id":"fuzz-1","card_id":"fuzz-card-1","terminal_id":"fuzz-terminal-1","amount":12.50,"currency":"EUR","event_time":"2026-01-02T03:04:05Z","source":"online"}""";

    private const string Nested = """{"amount":1500,"source":"online","extra":{"device":{"os":"x","ids":[1,2,3]},"note":"äöü 💳"},"merchant_id":7,"customer_id":99}""";

    private const string Features = """{"features":[0.1,-1.2,0.3,1.4,-0.5,0.6,0.7,-0.8,0.9,1.0,1.1,1.2,1.3,1.4,1.5,1.6,1.7,1.8,1.9,2.0,2.1,2.2,2.3,2.4,2.5,2.6,2.7,2.8,2.9,3.0]}""";

    private const string Batch =
        """{"batch_id":"fuzz-batch","transactions":[{"card_id":"fuzz-card-2","amount":1},{"card_id":"fuzz-card-3","amount":2.5,"currency":"JPY"},{"transaction_id":"fuzz-2","card_id":"fuzz-card-2","amount":900,"terminal_id":"fuzz-terminal-2"}]}""";

    private const string Tensor =
        """{"id":"fuzz","inputs":[{"name":"features","shape":[1,33],"datatype":"FP32","data":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33]}],"outputs":[{"name":"probabilities"}]}""";

    private const string Charge =
        """{"id":"evt_fuzz","type":"charge.succeeded","created":1767323045,"data":{"object":{"object":"charge","id":"ch_fuzz","amount":1250,"currency":"eur","created":1767323045,"payment_method_details":{"card":{"fingerprint":"fuzzprint"}}}}}""";

    private const string Dispute =
        """{"id":"evt_fuzz_2","type":"charge.dispute.created","created":1767323046,"data":{"object":{"object":"dispute","id":"dp_fuzz","charge":"ch_fuzz","reason":"fraudulent","status":"needs_response","created":1767323046}}}""";

    /// <summary>What the service under test takes as Stripe's signing secret.</summary>
    public const string StripeSecret = "whsec_of_the_mutated_requests";

    public static IReadOnlyList<FuzzSeed> Known { get; } =
    [
        new("POST", "/predict", Payment) { Weight = 10 },
        new("POST", "/predict", Payment)
        {
            Weight = 3,
            Headers = [("Idempotency-Key", "\"fuzz-key-1\""), ("X-Request-Timeout", "500ms"), ("X-Request-Id", "fuzz")],
        },
        new("POST", "/predict", Nested) { Weight = 4 },
        new("POST", "/predict", Features) { Weight = 2 },
        new("POST", "/predict/batch", Batch) { Weight = 6 },
        new("POST", "/predict/batch", """[{"amount":1},{"amount":2}]""") { Headers = [("Idempotency-Key", "fuzz-key-2")] },
        new("POST", "/labels", """[{"transaction_id":"fuzz-1","is_fraud":true},{"transaction_id":"fuzz-2","is_fraud":false}]""") { Weight = 3 },
        new("POST", "/labels", "{\"transaction_id\":\"fuzz-1\",\"is_fraud\":true}\n{\"transaction_id\":\"fuzz-2\",\"is_fraud\":false}\n", "application/x-ndjson"),
        new("POST", "/predict/stream", Payment + "\n" + Nested + "\n" + Payment + "\n", "application/x-ndjson") { Weight = 2 },
        new("GET", "/health"),
        new("GET", "/metrics"),
        new("GET", "/cluster"),
        new("GET", "/api/v1/anomalies?limit=10&offset=0&min_score=0.5&status=NEW&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z") { Weight = 2 },
        new("PUT", "/api/v1/anomalies/fuzz-2", """{"new_status":"INVESTIGATED"}""") { Headers = [("If-Match", "\"1\"")] },
        new("GET", "/api/v1/alerts/stream") { Headers = [("Last-Event-ID", "1"), ("Accept", "text/event-stream")] },
        new("GET", "/v2"),
        new("GET", "/v2/health/ready"),
        new("GET", "/v2/models/payments"),
        new("GET", "/v2/models/payments/versions/1/ready"),
        new("POST", "/v2/models/payments/infer", Tensor) { Weight = 3 },
        new("POST", "/v2/repository/index", """{"ready":true}"""),
        new("POST", "/webhooks/stripe", Charge) { Weight = 2, SigningSecret = StripeSecret },
        new("POST", "/webhooks/stripe", Dispute) { SigningSecret = StripeSecret },
        new("POST", "/webhooks/stripe", Charge) { Headers = [("Stripe-Signature", "t=1767323045,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd")] },
        new("POST", "/api/2.0/mlflow/registered-models/create", """{"name":"fuzz-model","description":"mutated","tags":[{"key":"a","value":"b"}]}"""),
        new("POST", "/api/2.0/mlflow/registered-models/get-latest-versions", """{"name":"payments","stages":["Production","Staging"]}"""),
        new("POST", "/api/2.0/mlflow/registered-models/alias", """{"name":"fuzz-model","alias":"fuzz","version":"1"}"""),
        // Of a model without versions: the one in service stays.
        new("POST", "/api/2.0/mlflow/model-versions/transition-stage", """{"name":"fuzz-model","version":"1","stage":"Staging","archive_existing_versions":false}"""),
        new("GET", "/api/2.0/mlflow/registered-models/search?filter=name%20LIKE%20'pay%25'&max_results=10"),
        new("GET", "/api/2.0/mlflow/model-versions/search?filter=name='payments'&order_by=version_number%20DESC"),
        new("GET", "/api/2.0/mlflow/model-versions/get-download-uri?name=payments&version=1"),
        new("GET", "/api/v1/anomalies?limit=10&sort=amount&cursor=eyJ0IjoxfQ"),
        new("GET", "/api/v1/drift"),
        new("GET", "/api/v1/models/comparison"),
    ];

    /// <summary>With the addresses of <c>GET /</c> that only read and are not known yet.</summary>
    /// <param name="root">The answer to <c>GET /</c>.</param>
    public static IReadOnlyList<FuzzSeed> With(string root)
    {
        var known = Known.Select(static seed => seed.Path.Split('?')[0]).ToHashSet(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(root);
        var listed = json.RootElement.TryGetProperty("endpoints", out var endpoints) && endpoints.ValueKind == JsonValueKind.Array
            ? endpoints.EnumerateArray().Where(static call => call.ValueKind == JsonValueKind.String).Select(static call => call.GetString()!.Split(' ', 2))
            : [];
        return
        [
            .. Known,
            .. listed.Where(call => call is ["GET", { } path] && !known.Contains(path)).Select(static call => new FuzzSeed("GET", call[1].Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal))),
        ];
    }
}
