using Fraud.Client;

// Ctrl-C ends any wait.
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};

// One client for the whole program. The key, where there is one, comes from FRAUD_API_KEY.
using var client = new FraudClient(new Uri(args.Length > 0 ? args[0] : "http://127.0.0.1:8000"));
var health = await client.Health.GetHealthAsync(stopping.Token);
Console.WriteLine($"{health.Status}, model {health.Model} version {health.ModelVersion}");

var id = $"csharp-{Guid.CreateVersion7():n}";
var payment = new Payment { TransactionId = id, CardId = "card-1", TerminalId = "terminal-1", Amount = 950.00m, Currency = "EUR" };
var score = await client.Scoring.PredictAsync(payment, cancellation: stopping.Token);
Console.WriteLine($"{score.TransactionId}: {score.Decision}, score {score.FraudScore:0.000}");
foreach (var reason in score.Reasons)
{
    Console.WriteLine($"  {reason}");
}

var again = await client.Scoring.PredictAsync(payment, cancellation: stopping.Token);
Console.WriteLine($"the same again: {again.FraudScore:0.000}, duplicate {again.Duplicate}");

var batch = await client.Scoring.PredictBatchAsync(
    [new Payment { CardId = "card-2", Amount = 12.50m }, new Payment { CardId = "card-3", Amount = -1 }],
    $"{id}-batch", cancellation: stopping.Token);
Console.WriteLine($"batch: {batch.Statistics.Scored} scored, {batch.Statistics.Failed} failed");
foreach (var error in batch.Errors)
{
    Console.WriteLine($"  item {error.Index}: {error.Detail}");
}

var labels = await client.Labels.AddLabelsAsync([new FraudLabel(id, IsFraud: true)], cancellation: stopping.Token);
Console.WriteLine($"labels: {labels.Stored} stored");

try
{
    await client.Scoring.PredictAsync(payment with { TransactionId = null, Currency = "euro" }, cancellation: stopping.Token);
}
catch (FraudApiException refused)
{
    Console.WriteLine($"refused with {(int?)refused.StatusCode}: {refused.Problem?.Detail} (trace {refused.Problem?.TraceId})");
}
