using System.Runtime.InteropServices;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Inference;

/// <summary>
/// One call: its rows, and what the model gave for them. Pooled with its buffers. The request and the scoring thread
/// hold it once each; it goes back when both let go, so a late result never meets another call.
/// </summary>
internal sealed class InferenceCall(Action<InferenceCall> giveBack)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Abandoned = 2;

    private readonly List<OutputChoice> _outputs = [];
    private TaskCompletionSource<InferenceOutcome> _done = new();
    private long[] _labels = [];
    private float[] _probabilities = [];
    private int _holders;
    private int _state;

    /// <summary>Held until the call goes back.</summary>
    public ServedModel? Model { get; set; }

    public string? Id { get; set; }

    public int Rows { get; set; }

    /// <summary>Row by row; longer than needed.</summary>
    public float[] Values { get; private set; } = [];

    /// <summary>A class for each row.</summary>
    public ReadOnlySpan<long> LabelValues => _labels.AsSpan(0, Rows);

    /// <summary>Legitimate and fraud for each row.</summary>
    public ReadOnlySpan<float> ProbabilityValues => _probabilities.AsSpan(0, 2 * Rows);

    /// <summary>What to answer, in order.</summary>
    public List<OutputChoice> Outputs => _outputs;

    public long ArrivedTimestamp { get; private set; }

    public long DeadlineTimestamp { get; private set; }

    public Task<InferenceOutcome> Done => _done.Task;

    /// <summary>For one request, before anything is read into it.</summary>
    public void Begin(long arrived, long deadline)
    {
        ArrivedTimestamp = arrived;
        DeadlineTimestamp = deadline;
        _done = new TaskCompletionSource<InferenceOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _state = Waiting;
        _holders = 1;
    }

    /// <summary>Room for a value at that place.</summary>
    public void Reserve(int values)
    {
        if (Values.Length < values)
        {
            var larger = new float[Math.Max(values, 2 * Values.Length)];
            Values.CopyTo(larger, 0);
            Values = larger;
        }
    }

    /// <summary>To be called by whoever gives it to a scoring thread, before.</summary>
    public void Share() => Interlocked.Increment(ref _holders);

    /// <summary>The scoring thread begins; false when nobody waits any more.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller does not wait any more; false when it is being scored just now.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting;

    public void TakeResults(ReadOnlySpan<long> labels, ReadOnlySpan<float> probabilities)
    {
        if (_labels.Length < Rows)
        {
            _labels = new long[Rows];
            _probabilities = new float[2 * Rows];
        }

        labels[..Rows].CopyTo(_labels);
        probabilities[..(2 * Rows)].CopyTo(_probabilities);
    }

    public void Finish(InferenceOutcome outcome) => _done.TrySetResult(outcome);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Model?.Release();
            Model = null;
            Id = null;
            Rows = 0;
            _outputs.Clear();
            giveBack(this);
        }
    }
}

/// <summary>One of the model's two outputs, and how it is to be sent.</summary>
internal readonly record struct OutputChoice(bool IsLabel, bool IsBinary)
{
    public string Datatype => IsLabel ? "INT64" : "FP32";

    public string NameIn(InferenceCall call) => IsLabel ? call.Model!.Model.LabelName : call.Model!.Model.ProbabilitiesName;

    /// <summary>The elements in the machine's order of bytes, which is the protocol's: x86-64 and ARM are little-endian.</summary>
    public ReadOnlySpan<byte> BytesIn(InferenceCall call) =>
        IsLabel ? MemoryMarshal.AsBytes(call.LabelValues) : MemoryMarshal.AsBytes(call.ProbabilityValues);
}

internal enum InferenceOutcome
{
    Scored,
    Late,
    Failed,
}
