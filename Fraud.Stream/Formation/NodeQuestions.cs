using Akka.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>What one node asks the node table. Each question fails by itself within the limits of <see cref="FormationSource"/>.</summary>
internal sealed class NodeQuestions(NodeTable nodes, NodeRegistration node)
{
    /// <summary>A heartbeat of a node that is in no cluster, and who is live; who forms is decided elsewhere.</summary>
    public async Task<Heard> Find() => new(await nodes.Find(node, CancellationToken.None), []);

    /// <summary>The same, and what this node does is decided under the lock.</summary>
    public async Task<Heard> Join(bool mayForm) => new(await nodes.Ask(node, mayForm, CancellationToken.None), []);

    /// <summary>
    /// A heartbeat of a member. Who was downed must not be able to take the lease or a claim later (rule 8), so the store is told
    /// until it has heard.
    /// </summary>
    public async Task<Heard> Beat(IReadOnlyList<KeyValuePair<UniqueAddress, string>> toRemove)
    {
        if (!await nodes.Beat(node, CancellationToken.None))
        {
            return new Heard(new JoinAnswer.Refused(await nodes.WhyRefused(node.Incarnation, CancellationToken.None)), []);
        }

        foreach (var (gone, why) in toRemove)
        {
            await nodes.Remove(gone.Address.Host, gone.Address.Port ?? 0, gone.Uid, why, node.Incarnation, CancellationToken.None);
        }

        return new Heard(new JoinAnswer.Wait(), [.. toRemove.Select(static one => one.Key)]);
    }

    /// <summary>Takes the node's row out.</summary>
    public async Task<Heard> Leave(string why, CancellationToken stopping)
    {
        await nodes.Leave(node.Incarnation, why, stopping);
        return new Heard(new JoinAnswer.Wait(), []);
    }
}
