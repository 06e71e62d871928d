using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;

namespace Fraud.Http.Scoring;

/// <summary>A batch as it was read: the good payments, and what is wrong with the others.</summary>
internal sealed class BatchRequest
{
    public ShortText Id;

    /// <summary>Timestamp after which its caller does not wait; 0 when it does not say.</summary>
    public long Deadline { get; init; }

    public List<Payment> Payments { get; } = [];

    /// <summary>Which item of the request each payment was: wrong items leave gaps.</summary>
    public List<int> Indices { get; } = [];

    public List<(int Index, DecodeError Error)> Errors { get; } = [];

    public int Count { get; private set; }

    public void Add(Payment payment)
    {
        Payments.Add(payment);
        Indices.Add(Count++);
    }

    public void Fail(DecodeError error) => Errors.Add((Count++, error));
}
