using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Stream.Batching;

namespace Fraud.Http.PredictStream;

/// <summary>Some lines that were read together: scored together, answered together, in their order.</summary>
internal sealed class LineChunk
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly List<(long Line, Problem? Wrong)> _lines = [];

    /// <summary>What is to be scored: one for each line that is not wrong.</summary>
    public List<Payment> Payments { get; } = [];

    public int Count => _lines.Count;

    /// <summary>Set when this node's graph scores them.</summary>
    public PendingReply? Reply { get; set; }

    /// <summary>Set when other nodes score some.</summary>
    public Task<RoutedPayment[]>? Routed { get; set; }

    /// <summary>Scores those whose shard went to another node while this node's graph had them; set with the reply.</summary>
    public Func<PendingReply, Task<ReplyOutcome>>? ScoreMoved { get; set; }

    /// <summary>Set when none of them was taken.</summary>
    public Problem? Refused { get; set; }

    public void Add(long line, Payment payment)
    {
        _lines.Add((line, null));
        Payments.Add(payment);
    }

    public void Add(long line, Problem wrong) => _lines.Add((line, wrong));

    /// <summary>Waits for the answers and writes them, a line each.</summary>
    public async Task Write(IBufferWriter<byte> into)
    {
        var problem = Refused;
        RoutedPayment[]? routed = null;
        if (Routed is not null)
        {
            routed = await Routed;
        }
        else if (Reply is not null && await Outcome(Reply) is var outcome && outcome != ReplyOutcome.Answered)
        {
            problem = ReplyProblems.Of(outcome);
            if (outcome == ReplyOutcome.Late)
            {
                // Some may still be written to: none is looked at.
                Refused = problem;
            }
        }

        using var json = new Utf8JsonWriter(into, Options);
        var payment = 0;
        foreach (var (line, wrong) in _lines)
        {
            if (wrong is not null)
            {
                WriteProblem(json, line, wrong);
            }
            else if (routed is not null)
            {
                WriteRouted(into, json, line, routed[payment++]);
            }
            else if (Refused is null && Reply!.Answers[payment].ScoredBy is not null)
            {
                WriteAnswer(into, json, line, Reply.Answers[payment++]);
            }
            else
            {
                var isPoisoned = Refused is null && Reply!.Answers[payment].IsPoisoned;
                payment++;
                WriteProblem(json, line, isPoisoned ? ReplyProblems.Of(ReplyOutcome.Poisoned) : problem ?? ReplyProblems.Of(ReplyOutcome.Failed));
            }

            json.Flush();
            json.Reset();
            into.Write("\n"u8);
        }
    }

    /// <summary>The request is done with it, answered or not.</summary>
    public void Release()
    {
        Reply?.Release();
        Reply = null;
    }

    /// <summary>Fields of an error line, and of the last line of a stream that the service ends.</summary>
    public static void WriteError(Utf8JsonWriter json, Problem problem)
    {
        json.WriteStartObject("error"u8);
        json.WriteNumber("status"u8, problem.Status);
        if (problem.Field is not null)
        {
            json.WriteString("field"u8, problem.Field);
        }

        if (problem.Expected is not null)
        {
            json.WriteString("expected"u8, problem.Expected);
        }

        json.WriteString("detail"u8, problem.Detail);
        if (problem.RetryAfter is { } wait)
        {
            json.WriteNumber("retry_after"u8, Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)));
        }

        json.WriteEndObject();
    }

    private async ValueTask<ReplyOutcome> Outcome(PendingReply reply) =>
        await reply.Outcome is var outcome && outcome == ReplyOutcome.Moved ? await ScoreMoved!(reply) : outcome;

    private static void WriteRouted(IBufferWriter<byte> into, Utf8JsonWriter json, long line, RoutedPayment routed)
    {
        if (routed.Outcome == RouteOutcome.Scored)
        {
            WriteAnswer(into, json, line, routed.Answer);
        }
        else
        {
            WriteProblem(json, line, RouteProblems.Of(routed.Outcome));
        }
    }

    private static void WriteProblem(Utf8JsonWriter json, long line, Problem problem)
    {
        json.WriteStartObject();
        json.WriteNumber("line"u8, line);
        WriteError(json, problem);
        json.WriteEndObject();
    }

    // The answer of POST /predict with the line's number in front: its own opening brace is left out.
    private static void WriteAnswer(IBufferWriter<byte> into, Utf8JsonWriter json, long line, in Answer answer)
    {
        var text = new ArrayBufferWriter<byte>(512);
        json.Reset(text);
        answer.WriteTo(json);
        json.Flush();
        json.Reset(into);
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"line\":{line},"), into);
        into.Write(text.WrittenSpan[1..]);
    }
}
