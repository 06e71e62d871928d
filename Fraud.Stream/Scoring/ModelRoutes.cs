using Fraud.Model;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Every model that decides, and which payment each decides: feature lists go to the model that takes them, a share of the
/// cards to each challenger, all else to the champion. Thread-safe.
/// </summary>
public sealed class ModelRoutes : IDisposable
{
    /// <param name="champion">Not disposed of here: it has an owner.</param>
    /// <param name="features">Takes feature lists; null: there is none.</param>
    /// <param name="challengers">In the order of the split. The last may be the one that the registry names.</param>
    public ModelRoutes(ModelHolder champion, ModelHolder? features = null, IReadOnlyList<ModelSeat>? challengers = null, CardSplit? split = null)
    {
        Champion = champion;
        Features = features;
        Challengers = challengers ?? [];
        Split = split ?? new CardSplit("", []);
    }

    public ModelHolder Champion { get; }

    public ModelHolder? Features { get; }

    public IReadOnlyList<ModelSeat> Challengers { get; }

    /// <summary>Where the version sits that the registry names challenger; null when it has no share of the cards.</summary>
    public RoleSeat? NamedChallenger => Challengers is [.., RoleSeat named] ? named : null;

    public CardSplit Split { get; }

    /// <summary>Whether the feature model decides it: it is a list of the 30 columns and no payment, and the champion takes payments.</summary>
    /// <remarks>A payment that brings the columns along is the champion's: it has an amount.</remarks>
    public bool IsForFeatures(Transaction transaction) =>
        transaction.HasPayload && transaction.AmountMinor == 0 && Features is not null && !Champion.Current.TakesPayload;

    /// <exception cref="DirectoryNotFoundException">A folder has no model.</exception>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">A model failed its probe, or does not take what it would be given.</exception>
    public static ModelRoutes Load(ModelHolder champion, ModelDirectory directory, ScoringOptions options)
    {
        var loaded = new List<ModelSeat>();
        try
        {
            var features = LoadFeatures(directory, options);
            if (features is not null)
            {
                loaded.Add(features);
            }

            var challengers = new List<ModelSeat>();
            foreach (var (challenger, number) in options.Challengers.Select(static (challenger, number) => (challenger, number)))
            {
                var setting = $"{ScoringOptions.Section}:Challengers:{number}:Model";
                var holder = new ModelHolder(directory.Load(ServedFolder.Find(challenger.Model, setting)));
                loaded.Add(holder);
                challengers.Add(holder);
                ServedFolder.Expect(holder.Current, champion.Current.TakesPayload, setting);
            }

            var shares = options.Challengers.Select(static challenger => challenger.Share);
            if (options.ChallengerShare > 0)
            {
                // Last, so that those of the settings keep their cards when this share changes.
                challengers.Add(new RoleSeat());
                shares = shares.Append(options.ChallengerShare);
            }

            return new ModelRoutes(champion, features, challengers, new CardSplit(options.SplitSalt, shares));
        }
        catch
        {
            loaded.ForEach(static holder => holder.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        Features?.Dispose();
        foreach (var challenger in Challengers)
        {
            challenger.Dispose();
        }
    }

    private static ModelHolder? LoadFeatures(ModelDirectory directory, ScoringOptions options)
    {
        const string setting = $"{ScoringOptions.Section}:FeatureModel";
        if (options.FeatureModel.Length == 0
            || (options.FeatureModel == ScoringOptions.DefaultFeatureModel && !ServedFolder.HasModel(options.FeatureModel)))
        {
            return null;
        }

        return new ModelHolder(ServedFolder.Load(directory, ServedFolder.Find(options.FeatureModel, setting), takesPayload: true, setting));
    }
}
