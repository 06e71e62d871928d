namespace Fraud.Stream.Shards;

/// <summary>What the owner of a <see cref="GroupCommit"/> has to do next.</summary>
public enum GroupAction
{
    /// <summary>Send <see cref="GroupCommit.Pending"/> to the store, all in one transaction.</summary>
    Write,

    /// <summary>Read the heads of <see cref="GroupCommit.Pending"/>.</summary>
    ReadHeads,

    /// <summary>Nothing is pending.</summary>
    Finished,
}

/// <summary>One step of a group: what became of which shard, and the group after it.</summary>
/// <param name="Done">Committed: answer, move the cursor.</param>
/// <param name="Lost">Fenced or of unknown content: drop these shards and tell their actors.</param>
public readonly record struct GroupStep(GroupCommit Next, IReadOnlyList<ShardCommit> Done, IReadOnlyList<ShardCommit> Lost);

/// <summary>
/// The commit of a page of each of several shards, from the first attempt until the fate of each is known. Immutable.
/// </summary>
/// <remarks>
/// Fewer heads updated than sent: nothing was written, the missing are taken out and the rest is written at once with the same numbers
/// (rule 4 of docs/decisions/0011). Unknown outcome: heads are read, each shard decided alone (rule 2). Once an outcome was unknown, a
/// missing head proves no fence, because the attempt before may have landed since; so heads are read then, too.
/// </remarks>
public sealed class GroupCommit
{
    private static readonly ShardCommit[] None = [];

    // An attempt of unknown outcome was sent, and may still land.
    private readonly bool _mayLand;

    private GroupCommit(IReadOnlyList<ShardCommit> pending, GroupAction action, bool mayLand)
    {
        Pending = pending;
        Action = pending.Count == 0 ? GroupAction.Finished : action;
        _mayLand = mayLand;
    }

    /// <summary>In order of shard, so that two groups never wait for each other's heads.</summary>
    public IReadOnlyList<ShardCommit> Pending { get; }

    public GroupAction Action { get; }

    public static GroupCommit Begin(IReadOnlyList<ShardCommit> commits) =>
        new(AreOrdered(commits) ? commits : [.. commits.OrderBy(static commit => commit.Shard)], GroupAction.Write, mayLand: false);

    /// <summary>The store answered a write.</summary>
    /// <param name="missing">Shards whose head was not as expected; none, and all was written.</param>
    public GroupStep Written(IReadOnlyList<int> missing)
    {
        Expect(GroupAction.Write);
        if (missing.Count == 0)
        {
            return new GroupStep(new GroupCommit(None, GroupAction.Finished, mayLand: false), Pending, None);
        }

        if (_mayLand)
        {
            return new GroupStep(new GroupCommit(Pending, GroupAction.ReadHeads, _mayLand), None, None);
        }

        ShardCommit[] lost = [.. Pending.Where(commit => missing.Contains(commit.Shard))];
        ShardCommit[] rest = [.. Pending.Where(commit => !missing.Contains(commit.Shard))];
        return new GroupStep(new GroupCommit(rest, GroupAction.Write, mayLand: false), None, lost);
    }

    /// <summary>Outcome of a write unknown, or the heads could not be read. Back off before the next attempt.</summary>
    public GroupStep Unknown()
    {
        var mayLand = _mayLand || Action == GroupAction.Write;
        return new GroupStep(new GroupCommit(Pending, GroupAction.ReadHeads, mayLand), None, None);
    }

    /// <summary>Heads were read. One that is absent counts as another's.</summary>
    public GroupStep Read(IReadOnlyList<ShardHead> heads)
    {
        Expect(GroupAction.ReadHeads);
        List<ShardCommit> done = [];
        List<ShardCommit> lost = [];
        List<ShardCommit> again = [];
        foreach (var commit in Pending)
        {
            var head = heads.FirstOrDefault(each => each.Shard == commit.Shard);
            var decision = head is null ? CommitDecision.Drop : CommitDecisions.Decide(head, commit);
            (decision switch { CommitDecision.Done => done, CommitDecision.WriteAgain => again, _ => lost }).Add(commit);
        }

        return new GroupStep(new GroupCommit(again, GroupAction.Write, _mayLand), done, lost);
    }

    private static bool AreOrdered(IReadOnlyList<ShardCommit> commits)
    {
        for (var i = 1; i < commits.Count; i++)
        {
            if (commits[i - 1].Shard > commits[i].Shard)
            {
                return false;
            }
        }

        return true;
    }

    private void Expect(GroupAction action)
    {
        if (Action != action)
        {
            throw new InvalidOperationException($"The group waits for {Action}, not for the result of {action}.");
        }
    }
}
