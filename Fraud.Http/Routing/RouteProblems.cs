using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Stream.Overload;

namespace Fraud.Http.Routing;

/// <summary>What a caller hears whose payment was routed and not scored.</summary>
internal static class RouteProblems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly Problem NoOwner = new(
        503, "Service Unavailable", "No node serves this payment's shard now. Ask again with the same transaction_id: it is counted once.")
    {
        RetryAfter = Soon,
    };

    private static readonly Problem WrongInput = new(
        422, "Unprocessable Entity", "The node that serves this payment's shard runs a model that takes other fields.");

    private static readonly Problem Full = Problem.Of(new Admission(AdmissionOutcome.Full, Soon));

    private static readonly Problem NotRunning = Problem.Of(new Admission(AdmissionOutcome.NotRunning, Soon));

    private static readonly Problem Late = ReplyProblems.Of(ReplyOutcome.Late);

    private static readonly Problem Unfinished = ReplyProblems.Of(ReplyOutcome.Failed);

    private static readonly Problem Expired = ReplyProblems.Of(ReplyOutcome.Expired);

    private static readonly Problem Poisoned = ReplyProblems.Of(ReplyOutcome.Poisoned);

    /// <param name="isCallersDeadline">The caller named the deadline, so being late is no fault of the service.</param>
    public static Problem Of(RouteOutcome outcome, bool isCallersDeadline = false) => outcome switch
    {
        RouteOutcome.Late when isCallersDeadline => Expired,
        RouteOutcome.Late => Late,
        RouteOutcome.Full => Full,
        RouteOutcome.NotRunning => NotRunning,
        RouteOutcome.NoOwner or RouteOutcome.Misrouted => NoOwner,
        RouteOutcome.WrongInput => WrongInput,
        RouteOutcome.Poisoned => Poisoned,
        _ => Unfinished,
    };
}
