using System.Diagnostics.CodeAnalysis;
using Fraud.Http.Problems;
using Fraud.Stream.Overload;

namespace Fraud.Http.Inference;

/// <summary>
/// A call's way, whether it came by REST or gRPC: a place in the lane, its model, then, once it is read, the caller's
/// rate and the lane.
/// </summary>
internal sealed class InferenceRunner(InferenceLane lane, ModelRepository models, AdmissionGate gate)
{
    /// <summary>A call to read the request into, to be released; or why there is none.</summary>
    /// <param name="patience">How long the caller waits; null when it does not say.</param>
    public bool TryBegin(
        string model, string? version, TimeSpan? patience, [NotNullWhen(true)] out InferenceCall? call, [NotNullWhen(false)] out Problem? problem)
    {
        call = lane.TryEnter(patience);
        if (call is null)
        {
            problem = InferenceProblems.Full;
            return false;
        }

        if (models.TryAcquire(model, version, out var served, out problem))
        {
            call.Model = served;
            return true;
        }

        call.Release();
        call = null;
        return false;
    }

    /// <summary>Null when the call holds its results.</summary>
    /// <param name="client">Whose rate the rows count against.</param>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask<Problem?> Run(InferenceCall call, string client, CancellationToken cancellation)
    {
        if (!gate.TryTakeRate(client, call.Rows, out var retryAfter))
        {
            return Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter));
        }

        if (!lane.IsOpen)
        {
            return InferenceProblems.Stopping;
        }

        return await lane.Score(call, cancellation) switch
        {
            InferenceOutcome.Scored => null,
            InferenceOutcome.Late => InferenceProblems.Late,
            _ => InferenceProblems.Failed,
        };
    }
}
