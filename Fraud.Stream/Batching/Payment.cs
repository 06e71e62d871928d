using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Reasons;
using Fraud.Stream.Shards;
using Fraud.Stream.Tracing;

namespace Fraud.Stream.Batching;

/// <summary>
/// A payment on its way through the graph: what came in, what each stage added. One slot of a
/// <see cref="MicroBatch"/>; pooled and refilled, so no stage keeps it beyond the batch.
/// </summary>
public sealed class Payment
{
    public Transaction Transaction { get; } = new();

    /// <summary>Shard of the card: the partition of `transactions` that its key hashes to.</summary>
    public int Shard { get; set; }

    /// <summary>
    /// Generation of the shard under which the payment entered its lane; 0 while it has not. Who meets an older one drops the payment
    /// (rule 3 of docs/decisions/0011).
    /// </summary>
    public long Generation { get; set; }

    /// <summary>Offset in that partition; -1 when the payment came over HTTP.</summary>
    public long KafkaOffset { get; set; } = -1;

    /// <summary><see cref="TimeProvider.GetTimestamp"/> when it was read; latency is counted from here.</summary>
    public long ArrivedTimestamp { get; set; }

    /// <summary>Wall clock when it was read, milliseconds since 1970 UTC.</summary>
    public long ArrivedAtMs { get; set; }

    /// <summary>
    /// <see cref="TimeProvider.GetTimestamp"/> from which on its caller does not want it scored; 0 for none. Holds
    /// until its lane counts it: what is counted is finished.
    /// </summary>
    public long Deadline { get; set; }

    public PaymentState State { get; set; }

    /// <summary>
    /// Of a <see cref="PaymentState.Duplicate"/>, where in the shard's journal its first is (<see cref="Journal.JournalPlace.Packed"/>);
    /// 0 while that is not known.
    /// </summary>
    public long FirstPlace { get; set; }

    /// <summary>A caller waits for what its first was answered, which only the store knows.</summary>
    public bool IsUnansweredRepeat => State == PaymentState.Duplicate && Reply is not null;

    /// <summary>The feature vector in the order of <see cref="FeatureCatalog"/>.</summary>
    public float[] Features { get; } = new float[FeatureCatalog.Count];

    /// <summary>Probability of fraud, 0 to 1.</summary>
    public float Score { get; set; }

    /// <summary>Duration of the model call that scored it together with its neighbours, in milliseconds; 0 when none did.</summary>
    public float InferenceMs { get; set; }

    public Decision Decision { get; set; }

    /// <summary>Why it was flagged, readable, most telling first; empty for approved payments unless their callers asked.</summary>
    public IReadOnlyList<string> Reasons { get; set; } = [];

    /// <summary>Its caller asked for reasons whatever the decision, and for what each feature contributed.</summary>
    public bool IsExplanationWanted { get; set; }

    /// <summary>What each feature contributed; null unless asked for and the model can tell.</summary>
    public Explanation? Explanation { get; set; }

    /// <summary>The model that scored it; null until then.</summary>
    public ScoredBy? ScoredBy { get; set; }

    /// <summary>What stands among the payments of a lane instead of one; null for payments.</summary>
    public ShardMarker? Marker { get; init; }

    /// <summary>Graphs failed with it among others: it runs alone, and is not answered before it is stored.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Its record's value as it came; null where that is not asked for (<see cref="Poison.PoisonSuspects.KeepsRecords"/>).</summary>
    public byte[]? Record { get; set; }

    /// <summary>Set when the record could not be decoded, or is poison; the payment then only carries its offset.</summary>
    public DeadLetter? DeadLetter { get; set; }

    /// <summary>Who waits for the answer; null for payments from Kafka.</summary>
    public IPaymentReply? Reply { get; set; }

    /// <summary>Which of the replies of a batch request this is.</summary>
    public int ReplyIndex { get; set; }

    /// <summary>Where stages leave their times for its spans; null unless its trace is sampled.</summary>
    public PaymentTrace? Trace { get; set; }

    /// <summary>The answer left before the payment was stored, as configured.</summary>
    public bool IsAnswered { get; set; }

    public void Clear()
    {
        Transaction.Clear();
        Shard = 0;
        Generation = 0;
        KafkaOffset = -1;
        ArrivedTimestamp = 0;
        ArrivedAtMs = 0;
        Deadline = 0;
        State = PaymentState.Received;
        FirstPlace = 0;
        Score = 0;
        InferenceMs = 0;
        Decision = Decision.Approve;
        Reasons = [];
        IsExplanationWanted = false;
        Explanation = null;
        ScoredBy = null;
        IsSuspect = false;
        Record = null;
        DeadLetter = null;
        Reply = null;
        ReplyIndex = 0;
        Trace = null;
        IsAnswered = false;
    }
}

/// <summary>How far a payment came.</summary>
public enum PaymentState : byte
{
    /// <summary>Decoded, not yet scored.</summary>
    Received,

    /// <summary>Its id was seen lately: it is not counted or scored again, and answered as its first was.</summary>
    Duplicate,

    /// <summary>Could not be decoded, or fails the graph whenever it runs; goes to the dead-letter topic.</summary>
    Undecodable,

    /// <summary>Scored and decided.</summary>
    Scored,

    /// <summary>Its shard went to another node before it was stored: dropped here, read again or refused there.</summary>
    Fenced,

    /// <summary>Its caller's deadline passed before it was counted; answered, and dropped.</summary>
    Expired,
}

/// <summary>Which model gave a score, and the thresholds it was held against.</summary>
/// <param name="ReviewThreshold">Scores from here on are reviewed.</param>
/// <param name="BlockThreshold">Scores from here on are blocked; at least the review threshold.</param>
public sealed record ScoredBy(string Model, string Version, float ReviewThreshold, float BlockThreshold);

/// <summary>A record that could not be decoded, or is poison, as it goes to the dead-letter topic.</summary>
/// <param name="Key">The record's key as it came.</param>
/// <param name="Value">The record's value as it came.</param>
/// <param name="Reason">Short machine-readable reason, such as "invalid_json" or "invalid_field".</param>
/// <param name="Error">One line for people: the field and what was expected. Never quotes the value.</param>
/// <param name="Field">The field that was wrong, or "body".</param>
public sealed record DeadLetter(byte[] Key, byte[] Value, string Reason, string Error, string Field = "body");

/// <summary>
/// Where the answer to a payment goes. Called once per payment, on a thread of the graph: copy what
/// is needed and return; never block. The payment is refilled afterwards.
/// </summary>
public interface IPaymentReply
{
    /// <summary>The payment is scored (and stored, unless configured otherwise).</summary>
    void Complete(Payment payment);

    /// <summary>The payment could not be completed: the graph stopped or its store failed for good.</summary>
    void Fail(Payment payment, Exception error);
}
