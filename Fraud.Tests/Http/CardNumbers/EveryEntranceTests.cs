using System.Net;
using System.Text;
using Fraud.Faults.Cluster;
using Fraud.Http.Stripe;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Npgsql;
using PostgresServer = Fraud.Tests.Support.PostgresServer;

namespace Fraud.Tests.Http.CardNumbers;

/// <summary>
/// Sends a card number in every field of every entrance to a service that runs, and searches what is left of it: store, topics, log,
/// metrics, answers.
/// </summary>
public sealed class EveryEntranceTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Secret = "whsec_0123456789abcdef0123456789abcdef";
    private const int Flagged = 8;
    private const int Records = 6;
    private const int Letters = 5;

    private readonly TempFolder _folder = new();
    private readonly Topics _topics = new(partitions: 1);
    private readonly SentNumbers _sent = new(seed: 20_261_201);
    private readonly HttpClient _client = new() { Timeout = Poll.Deadline };

    public void Dispose()
    {
        _client.Dispose();
        _topics.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public async Task Send_NumbersInEveryField_NoneIsKeptAnywhere(string kind)
    {
        var connection = kind == "Postgres" ? postgres.CreateDatabase() : null;
        var log = _folder.File("service.log");
        await using var node = NodeProcess.Start("one", log, Settings(connection).SelectMany(static setting => new[] { "--set", setting }));
        await node.WaitUntilUp(new CancellationTokenSource(Poll.Deadline).Token);
        _client.BaseAddress = node.Url;

        await SendPayments();
        await SendRecords();
        await SendLabels();
        await SendStripe();
        await Poll.Until(async () => (await Text("api/v1/anomalies?limit=100")).Split("\"transaction_id\"").Length - 1 >= Flagged);
        await SendCases();
        await SendOthers();

        var alerts = _topics.Read(Topics.Alerts, Flagged);
        var letters = _topics.Read(Topics.DeadLetters, Letters);
        var metrics = await Text("metrics");
        string[] read = [metrics, await Text("api/v1/anomalies?limit=100"), await Text("api/v1/audit"), await Text("stats")];
        Assert.Equal(0, await node.Terminate(Poll.Deadline));

        Assert.Equal((Flagged, Letters), (alerts.Count, letters.Count));
        Assert.Matches("fraud_card_numbers_total{[^}]*outcome=\"replaced\"[^}]*} [1-9]", metrics);
        AssertNone("alerts", [.. alerts.SelectMany(static alert => (byte[][])[alert.Key, alert.Value])]);
        AssertNone("dead letters", [.. letters.SelectMany(static letter => (byte[][])[letter.Key, letter.Value, .. letter.Headers.Select(static header => header.GetValueBytes())])]);
        AssertNone("answers", [.. read.Select(Encoding.UTF8.GetBytes)]);
        AssertNone("log", await File.ReadAllBytesAsync(log));
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            AssertNone(Path.GetFileName(file), await File.ReadAllBytesAsync(file));
        }

        if (connection is not null)
        {
            AssertNone("dump", await Dump(connection));
        }

        // What senders wrote themselves is still there: the search finds what it looks for.
        var records = _topics.Read(Topics.Transactions, Records).SelectMany(record => _sent.FoundIn([.. record.Key, .. " "u8, .. record.Value]));
        Assert.Equal(_sent.Fields.Where(static field => field.StartsWith("record", StringComparison.Ordinal)).Order(), records.Distinct().Order());
    }

    private string[] Settings(string? connection) =>
    [
        connection is null ? $"Storage:SqliteFile={_folder.File("fraud.db")}" : "Storage:Kind=Postgres",
        .. connection is null ? (string[])[] : [$"Storage:Postgres={connection}"],
        $"Kafka:BootstrapServers={_topics.Address}", "Kafka:Partitions=1", "Http:Urls=http://127.0.0.1:0",
        "Scoring:ReviewThreshold=0", "Scoring:BlockThreshold=0.00001", $"Stripe:WebhookSecrets={Secret}",
        // Every path and header that a framework would ever log.
        "Logging:LogLevel:Microsoft.AspNetCore=Debug",
    ];

    private async Task SendPayments()
    {
        await Post("predict", Payment(
            _sent.In("transaction_id"), "card-1", _sent.In("terminal_id"), $$""","source":"{{_sent.In("source")}}","memo":"{{_sent.In("unknown field")}}" """));
        await Post("predict", Payment("odd-card", $"{_sent.Digits("part of card_id")}-2", "t-1"));
        await Post("predict", Payment("plain-card", _sent.Digits("card_id"), "t-1"), HttpStatusCode.BadRequest);
        await Post("predict", $$"""{"amount":1,"customer_id":"{{_sent.Digits("customer_id")}}"}""", HttpStatusCode.BadRequest);
        await Post("predict", $$"""{"amount":"{{_sent.In("amount")}}"}""", HttpStatusCode.BadRequest);
        await Post("predict", $$"""{{{_sent.Digits("body that is no JSON")}}""", HttpStatusCode.BadRequest);
        await Post("predict/batch", $"[{Payment(_sent.In("transaction_id of a batch"), "card-1", "t-1")},{Payment("batch-2", _sent.Digits("card_id of a batch"), "t-1")}]");
        await Post("predict/batch", $$"""{"batch_id":"{{_sent.In("batch_id")}}","transactions":[{{Payment("batch-3", "card-1", "t-1")}}]}""");
        await Post("predict/stream", Payment(_sent.In("transaction_id of a line"), "card-1", "t-1") + "\n", type: "application/x-ndjson");
    }

    private async Task SendRecords()
    {
        _topics.Send(Topics.Transactions, "card-1", Payment(_sent.In("record: transaction_id"), "card-1", _sent.In("record: terminal_id")));
        _topics.Send(Topics.Transactions, _sent.In("record: key"), Payment("record-2", $"{_sent.Digits("record: part of card_id")}-2", "t-1"));
        _topics.Send(Topics.Transactions, _sent.In("record: key of a refused one"), Payment("record-3", _sent.Digits("record: card_id"), "t-1"));
        _topics.Send(Topics.Transactions, "k", $$"""{"transaction_id":{{_sent.Digits("record: transaction_id as a number")}},"amount":-1}""");
        _topics.Send(Topics.Transactions, "k", $"not JSON {_sent.In("record: no JSON")}");
        _topics.Send(Topics.Transactions, "k", $$"""{"amount":-1,"note":"{{_sent.In("record: unknown field")}}","features":[{{string.Join(',', Enumerable.Repeat("1.25", 30))}}]}""");
        _topics.Flush();
        await Task.CompletedTask;
    }

    private async Task SendLabels()
    {
        await Post("labels", $$"""[{"transaction_id":"{{_sent.In("label: transaction_id")}}","card_id":"card-1","terminal_id":"{{_sent.In("label: terminal_id")}}","is_fraud":true}]""");
        await Post("labels", $$"""[{"transaction_id":"x","card_id":"{{_sent.Digits("label: card_id")}}","is_fraud":true}]""", HttpStatusCode.BadRequest);
        _topics.Send(Topics.Labels, _sent.In("label record: key"), $$"""{"transaction_id":"{{_sent.In("label record: transaction_id")}}","is_fraud":true}""");
        _topics.Send(Topics.Labels, _sent.In("label record: key of a refused one"), $$"""{"transaction_id":"x","card_id":"{{_sent.In("label record: card_id")}}","is_fraud":7}""");
        _topics.Flush();
    }

    private async Task SendStripe()
    {
        await Stripe(_sent.In("event: id"), "charge.succeeded", $$$"""
            {"object":"charge","id":"{{{_sent.In("event: charge")}}}","amount":700,"currency":"eur","created":1700000000,"description":"{{{_sent.In("event: description")}}}",
             "metadata":{"terminal_id":"{{{_sent.In("event: metadata")}}}","note":"{{{_sent.In("event: other metadata")}}}"},
             "payment_method_details":{"type":"card","card":{"fingerprint":"fp_1"} } }
            """);
        await Stripe(_sent.In("dispute: id of the event"), "charge.dispute.created",
            $$"""{"object":"dispute","id":"{{_sent.In("dispute: id")}}","charge":"{{_sent.In("dispute: charge")}}","reason":"fraudulent","status":"needs_response"}""");
    }

    private async Task SendCases()
    {
        var id = _sent.In("transaction_id of a case");
        await Post("predict", Payment(id, "card-1", "t-1"));
        await Put($"api/v1/anomalies/{Uri.EscapeDataString(id)}", $$"""{"new_status":"INVESTIGATED","note":"called about {{_sent.In("note")}}, waits"}""", HttpStatusCode.OK);
        await Put($"api/v1/anomaly?transaction_id={Uri.EscapeDataString(id)}", $$"""{"new_status":"{{_sent.In("new_status")}}"}""", HttpStatusCode.BadRequest);
        using var found = await _client.GetAsync($"api/v1/anomaly?transaction_id={Uri.EscapeDataString(id)}");
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        AssertNone("a case's answer", await found.Content.ReadAsByteArrayAsync());
        using var unknown = await _client.GetAsync($"api/v1/anomalies/{Uri.EscapeDataString(_sent.In("path of a case"))}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private async Task SendOthers()
    {
        await Post("api/2.0/mlflow/registered-models/create", $$"""{"name":"tried","description":"{{_sent.In("description of a model")}}"}""");
        await Post("api/2.0/mlflow/registered-models/create", $$"""{"name":"{{_sent.Digits("name of a model")}}"}""", HttpStatusCode.BadRequest);
        await Post("v2/models/payments/infer", $$"""{"id":"{{_sent.In("id of an inference")}}","inputs":[]}""", HttpStatusCode.BadRequest);
        await Post("train", $$"""{"data":"{{_sent.In("file of a training")}}.csv"}""", status: null);
        using var list = await _client.GetAsync($"api/v1/anomalies?limit=1&card={_sent.Digits("unknown parameter")}");
        AssertNone("a list's headers", Encoding.UTF8.GetBytes(list.Headers.ToString()));
        using var nowhere = await _client.GetAsync($"cards/{_sent.Digits("path")}?number={Uri.EscapeDataString(_sent.In("query"))}");
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        using var headers = new HttpRequestMessage(HttpMethod.Post, "predict") { Content = new StringContent(Payment("headers", "card-1", "t-1"), Encoding.UTF8, "application/json") };
        foreach (var name in (string[])["User-Agent", "Referer", "X-Request-Id", "Idempotency-Key", "X-Api-Key", "Authorization", "traceparent", "tracestate", "Origin"])
        {
            headers.Headers.TryAddWithoutValidation(name, _sent.Digits($"header {name}"));
        }

        using var answer = await _client.SendAsync(headers);
        AssertNone("an answer's headers", Encoding.UTF8.GetBytes(answer.Headers.ToString()));
    }

    private static string Payment(string id, string card, string terminal, string more = "") =>
        $$"""{"transaction_id":"{{id}}","card_id":"{{card}}","terminal_id":"{{terminal}}","amount":12.5,"event_time":1700000000{{more}}}""";

    private Task Stripe(string id, string type, string about)
    {
        var body = $$$"""{"id":"{{{id}}}","object":"event","type":"{{{type}}}","created":1700000000,"data":{"object":{{{about}}}}}""";
        // The service is a process of its own and takes no signature that is old by the machine's clock.
        return Post("webhooks/stripe", body, signature: StripeSignature.Make(Secret, TimeProvider.System.GetUtcNow(), Encoding.UTF8.GetBytes(body)));
    }

    private Task Put(string path, string body, HttpStatusCode status) => Send(HttpMethod.Put, path, body, status, "application/json", null);

    private Task Post(string path, string body, HttpStatusCode? status = HttpStatusCode.OK, string type = "application/json", string? signature = null) =>
        Send(HttpMethod.Post, path, body, status, type, signature);

    private async Task Send(HttpMethod method, string path, string body, HttpStatusCode? status, string type, string? signature)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (signature is not null)
        {
            request.Headers.Add(StripeSignature.Header, signature);
        }

        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(status is null || answer.StatusCode == status, $"{path}: {answer.StatusCode}, {Encoding.UTF8.GetString(text)}");
        AssertNone($"the answer of {path}", text);
    }

    private async Task<string> Text(string path) => await _client.GetStringAsync(path);

    private void AssertNone(string where, params byte[][] bytes) => Assert.All(bytes, one =>
        Assert.True(!_sent.FoundIn(one).Any(), $"{where}: {string.Join(", ", _sent.FoundIn(one))}"));

    // All rows of all tables as text; bytes of histories as hexadecimal digits, as pg_dump writes them.
    private async Task<byte[][]> Dump(string connection)
    {
        var tables = new List<byte[]>();
        await using var source = NpgsqlDataSource.Create(connection);
        var names = new List<string>();
        await using (var list = await source.CreateCommand("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'").ExecuteReaderAsync())
        {
            while (await list.ReadAsync())
            {
                names.Add(list.GetString(0));
            }
        }

        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            await using var rows = await source.CreateCommand($"SELECT * FROM {name}").ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                for (var i = 0; i < rows.FieldCount; i++)
                {
                    tables.Add(rows.IsDBNull(i) ? [] : rows.GetValue(i) as byte[] ?? Encoding.UTF8.GetBytes(rows.GetValue(i).ToString()!));
                }
            }
        }

        return [.. tables];
    }
}
