namespace Fraud.Http.Routing;

/// <summary>What became of a payment that was routed. The numbers travel between nodes; never renumber.</summary>
internal enum RouteOutcome : byte
{
    Pending = 0,

    /// <summary>Scored and stored; the answer is there.</summary>
    Scored = 1,

    /// <summary>No answer within the deadline.</summary>
    Late = 2,

    /// <summary>Admitted by its owner, which then stopped, or a repeat whose first one is still on its way.</summary>
    Unfinished = 3,

    /// <summary>No room at its owner, or on the way there.</summary>
    Full = 4,

    /// <summary>The owner's graph does not run.</summary>
    NotRunning = 5,

    /// <summary>The shard is not open at the node asked: <c>moved</c>.</summary>
    Misrouted = 6,

    /// <summary>The owner's model takes other input.</summary>
    WrongInput = 7,

    /// <summary>Nobody serves the shard, and there is nobody to ask.</summary>
    NoOwner = 8,

    /// <summary>Its owner's graph fails with it whenever it runs: no attempt will do better.</summary>
    Poisoned = 9,
}

internal static class RouteOutcomes
{
    private static readonly string[] Names =
        ["pending", "scored", "late", "unfinished", "full", "not_running", "misrouted", "wrong_input", "no_owner", "poisoned"];

    /// <summary>As metrics name it.</summary>
    public static string Name(this RouteOutcome outcome) => Names[(int)outcome];

    /// <summary>
    /// Says nothing final of the payment: another attempt may do better, and does no harm, because a payment counts once by its id.
    /// </summary>
    public static bool IsRefusal(this RouteOutcome outcome) => outcome is
        RouteOutcome.Misrouted or RouteOutcome.NoOwner or RouteOutcome.Full or RouteOutcome.NotRunning or RouteOutcome.Unfinished;
}
