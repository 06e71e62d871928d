using System.Text.Json;
using Fraud.Http.Routing;
using Fraud.Model;

namespace Fraud.Http.Scoring;

/// <summary>The answer to a batch: results in order, then what has none and why, then sums.</summary>
internal sealed class BatchAnswer(BatchRequest batch)
{
    /// <summary>The answers when this node scored all; null otherwise. A payment that has none is not finished.</summary>
    public PendingReply? Reply { get; init; }

    /// <summary>Outcome by payment when other nodes scored some; null otherwise.</summary>
    public RoutedPayment[]? Routed { get; init; }

    public TimeSpan Elapsed { get; init; }

    public static void Write(Utf8JsonWriter json, BatchAnswer answer) => answer.Write(json);

    private void Write(Utf8JsonWriter json)
    {
        int scored = 0, frauds = 0;
        double scores = 0;
        float highest = 0;
        json.WriteStartObject();
        if (!batch.Id.IsEmpty)
        {
            json.WriteString("batch_id"u8, batch.Id.Utf8);
        }

        json.WriteStartArray("results"u8);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            if (OutcomeOf(i) != RouteOutcome.Scored)
            {
                continue;
            }

            ref var answer = ref Routed is null ? ref Reply!.Answers[i] : ref Routed[i].Answer;
            scored++;
            frauds += answer.Decision != Decision.Approve ? 1 : 0;
            scores += answer.Score;
            highest = Math.Max(highest, answer.Score);
            answer.WriteTo(json, batch.Indices[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("errors"u8);
        WriteErrors(json);
        json.WriteEndArray();
        json.WriteStartObject("statistics"u8);
        json.WriteNumber("total"u8, batch.Count);
        json.WriteNumber("scored"u8, scored);
        json.WriteNumber("failed"u8, batch.Count - scored);
        json.WriteNumber("fraud_count"u8, frauds);
        json.WriteNumber("fraud_rate"u8, scored == 0 ? 0 : (double)frauds / scored);
        json.WriteNumber("avg_score"u8, scored == 0 ? 0 : scores / scored);
        json.WriteNumber("max_score"u8, highest);
        json.WriteNumber("processing_time_ms"u8, Math.Round(Elapsed.TotalMilliseconds, 3));
        json.WriteNumber("throughput_per_second"u8, Elapsed > TimeSpan.Zero ? Math.Round(scored / Elapsed.TotalSeconds, 1) : 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private RouteOutcome OutcomeOf(int payment) =>
        Routed is not null ? Routed[payment].Outcome
        : Reply!.Answers[payment].IsPoisoned ? RouteOutcome.Poisoned
        : Reply.Answers[payment].ScoredBy is null ? RouteOutcome.Unfinished
        : RouteOutcome.Scored;

    // In order of the request: wrong items and those that nobody scored are merged by index.
    private void WriteErrors(Utf8JsonWriter json)
    {
        var wrong = 0;
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            var outcome = OutcomeOf(i);
            if (outcome == RouteOutcome.Scored)
            {
                continue;
            }

            while (wrong < batch.Errors.Count && batch.Errors[wrong].Index < batch.Indices[i])
            {
                WriteWrong(json, wrong++);
            }

            WriteUnscored(json, batch.Indices[i], outcome);
        }

        while (wrong < batch.Errors.Count)
        {
            WriteWrong(json, wrong++);
        }
    }

    private void WriteWrong(Utf8JsonWriter json, int error)
    {
        var (index, wrong) = batch.Errors[error];
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteString("field"u8, wrong.Field);
        json.WriteString("expected"u8, wrong.Expected);
        json.WriteString("detail"u8, wrong.Message);
        json.WriteEndObject();
    }

    private static void WriteUnscored(Utf8JsonWriter json, int index, RouteOutcome outcome)
    {
        var problem = RouteProblems.Of(outcome);
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteNumber("status"u8, problem.Status);
        json.WriteString("detail"u8, problem.Detail);
        if (problem.RetryAfter is { } wait)
        {
            json.WriteNumber("retry_after"u8, Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)));
        }

        json.WriteEndObject();
    }
}
