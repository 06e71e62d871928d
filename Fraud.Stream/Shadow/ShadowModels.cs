using Fraud.Stream.Scoring;

namespace Fraud.Stream.Shadow;

/// <summary>
/// All models that are compared, and the queues through which they see what was decided. Those of the settings stay; those
/// that the registry names come and go (<see cref="RolesFollower"/>), in seats that are always there.
/// </summary>
public sealed class ShadowModels : IDisposable
{
    private readonly List<ModelSeat> _own = [];
    private readonly ManualResetEvent _isWanted = new(false);

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

        Roles = Named(routes.NamedChallenger, payments, scoring);
        List<ShadowGroup> groups = [new ShadowGroup(routes.Champion, false, payments)];
        if (routes.Features is { } features)
        {
            FeatureRoles = Named(null, lists, scoring);
            groups.Add(new ShadowGroup(features, true, lists));
        }

        Groups = groups;
        Rings = [.. Enumerable.Range(0, scoreThreads).Select(_ => new ShadowRing(options.QueueCapacity))];
        Refresh();
    }

    public IReadOnlyList<ShadowGroup> Groups { get; }

    /// <summary>One a scoring thread.</summary>
    public IReadOnlyList<ShadowRing> Rings { get; }

    /// <summary>Those that are there.</summary>
    public IEnumerable<ShadowCandidate> Candidates => Groups.SelectMany(static group => group.Candidates).Where(static candidate => candidate.Models.Occupant is not null);

    /// <summary>Seats for versions of the champion's model that the registry names.</summary>
    internal RoleSeats Roles { get; }

    /// <summary>Seats for versions of the model of feature lists; null when there is none.</summary>
    internal RoleSeats? FeatureRoles { get; }

    /// <summary>Set while there is somebody to be compared.</summary>
    internal WaitHandle IsWanted => _isWanted;

    /// <summary>Payments, or feature lists, that were dropped before any of the group's candidates saw them.</summary>
    public long DroppedOf(ShadowGroup group) => Rings.Sum(ring => group.TakesLists ? ring.DroppedLists : ring.DroppedPayments);

    /// <summary>Has the rings take what those who are there now want to see. After seats were filled or emptied; one thread.</summary>
    internal void Refresh()
    {
        var interest = ShadowInterest.Nothing;
        foreach (var group in Groups)
        {
            foreach (var candidate in group.Candidates)
            {
                candidate.Look(DroppedOf(group));
            }

            if (group.IsWanted)
            {
                interest |= group.TakesLists ? ShadowInterest.Lists : ShadowInterest.Payments;
                interest |= group.TakesLists || group.Base.Current.TakesPayload ? ShadowInterest.Payloads : ShadowInterest.Nothing;
            }
        }

        foreach (var ring in Rings)
        {
            ring.Want(interest);
        }

        if (interest == ShadowInterest.Nothing)
        {
            _isWanted.Reset();
        }
        else
        {
            _isWanted.Set();
        }
    }

    public void Dispose()
    {
        _own.ForEach(static holder => holder.Dispose());
        _isWanted.Dispose();
    }

    /// <param name="challenger">Its seat where it decides a share of the cards, which its routes own.</param>
    private RoleSeats Named(RoleSeat? challenger, List<ShadowCandidate> candidates, ScoringOptions scoring)
    {
        return new RoleSeats(challenger ?? Seat(), Seat(), scoring.ShadowStaging ? Seat() : null);

        RoleSeat Seat()
        {
            var seat = new RoleSeat();
            _own.Add(seat);
            candidates.Add(new ShadowCandidate(seat, CardSplit.Champion));
            return seat;
        }
    }
}
