namespace Fraud.Faults.Scenarios;

/// <summary>Every fault of the suite.</summary>
public static class FaultCatalog
{
    /// <param name="churn">How long nodes come and go.</param>
    public static IReadOnlyList<Fault> All(TimeSpan churn) =>
    [
        NodeFaults.Kill,
        NodeFaults.Zombie,
        NodeFaults.LongStop,
        NodeFaults.LateClaim,
        NodeFaults.Churn(churn),
        ClusterFaults.OldestOfTwo,
        ClusterFaults.OtherOfTwo,
        ClusterFaults.TwoDeaths,
        ClusterFaults.BothRestarted,
        ClusterFaults.RollingRestart,
        NetworkFaults.Nodes,
        NetworkFaults.NodesAndStore,
        BrokerFaults.Restart,
        BrokerFaults.LeaderChange,
        BrokerFaults.CoordinatorLoss,
        BrokerFaults.RequestErrors,
        BrokerFaults.Slow,
        StoreFaults.Restart,
        StoreFaults.ConnectionDrop,
        StoreFaults.ReadOnly,
        StoreFaults.LockHeld,
        RowFaults.Locked,
        RowFaults.LateRepeats,
        RowFaults.PowerCut,
        RowFaults.Poison,
        InputFaults.Unreadable,
        InputFaults.Poison,
        InputFaults.Duplicates,
        MachineFaults.ClockJump,
        MachineFaults.DiskFull,
    ];
}
