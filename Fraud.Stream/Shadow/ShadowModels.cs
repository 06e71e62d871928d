using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>All models that are compared, and the queues through which they see what was decided.</summary>
public sealed class ShadowModels : IDisposable
{
    private readonly List<ModelHolder> _own = [];

    /// <param name="scoreThreads">Each has a queue of its own.</param>
    /// <exception cref="DirectoryNotFoundException">A folder has no model.</exception>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">A model failed its probe, or there is nothing that it could be compared with.</exception>
    public ShadowModels(ModelRoutes routes, ModelDirectory directory, ScoringOptions scoring, ShadowOptions options, int scoreThreads)
    {
        var payments = routes.Challengers.Select(static (challenger, arm) => new ShadowCandidate(challenger, arm)).ToList();
        var lists = new List<ShadowCandidate>();
        try
        {
            for (var i = 0; i < scoring.Shadows.Count; i++)
            {
                var setting = $"{ScoringOptions.Section}:Shadows:{i}";
                var holder = new ModelHolder(directory.Load(ServedFolder.Find(scoring.Shadows[i], setting)));
                _own.Add(holder);
                var takesPayload = holder.Current.TakesPayload;
                var isOfLists = takesPayload && routes.Features is not null && !routes.Champion.Current.TakesPayload;
                if (!isOfLists)
                {
                    ServedFolder.Expect(holder.Current, routes.Champion.Current.TakesPayload, setting);
                }

                (isOfLists ? lists : payments).Add(new ShadowCandidate(holder, CardSplit.Champion));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        List<ShadowGroup> groups = [new ShadowGroup(routes.Champion, false, payments)];
        if (routes.Features is { } features)
        {
            groups.Add(new ShadowGroup(features, true, lists));
        }

        Groups = [.. groups.Where(static group => group.Candidates.Count > 0)];
        var interest = new ShadowInterest(
            payments.Count > 0, lists.Count > 0, lists.Count > 0 || routes.Champion.Current.TakesPayload);
        Rings = interest.IsNothing ? [] : [.. Enumerable.Range(0, scoreThreads).Select(_ => new ShadowRing(options.QueueCapacity, interest))];
    }

    public IReadOnlyList<ShadowGroup> Groups { get; }

    /// <summary>One a scoring thread; empty when nothing is compared.</summary>
    public IReadOnlyList<ShadowRing> Rings { get; }

    public IEnumerable<ShadowCandidate> Candidates => Groups.SelectMany(static group => group.Candidates);

    /// <summary>Payments, or feature lists, that were dropped before any of the group's candidates saw them.</summary>
    public long DroppedOf(ShadowGroup group) => Rings.Sum(ring => group.TakesLists ? ring.DroppedLists : ring.DroppedPayments);

    public void Dispose() => _own.ForEach(static holder => holder.Dispose());
}
