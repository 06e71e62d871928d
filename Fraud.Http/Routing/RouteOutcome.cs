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

    /// <summary>No room at its owner, or in the queue to it.</summary>
    Full = 4,

    /// <summary>The owner's graph does not run.</summary>
    NotRunning = 5,

    /// <summary>The node asked does not serve the shard.</summary>
    Misrouted = 6,

    /// <summary>The owner's model takes other input.</summary>
    WrongInput = 7,

    /// <summary>Nobody serves the shard.</summary>
    NoOwner = 8,

    /// <summary>The owner could not be reached, or broke off.</summary>
    Unreachable = 9,

    /// <summary>The owner refuses this node: another secret, or a loop.</summary>
    Refused = 10,
}

internal static class RouteOutcomes
{
    private static readonly string[] Names =
    [
        "pending", "scored", "late", "unfinished", "full", "not_running", "misrouted", "wrong_input", "no_owner",
        "unreachable", "refused",
    ];

    /// <summary>As metrics name it.</summary>
    public static string Name(this RouteOutcome outcome) => Names[(int)outcome];

    /// <summary>Another try may find an owner. Trying twice does no harm: a payment counts once by its id.</summary>
    public static bool IsOpen(this RouteOutcome outcome) =>
        outcome is RouteOutcome.NoOwner or RouteOutcome.Misrouted or RouteOutcome.Unreachable;
}
