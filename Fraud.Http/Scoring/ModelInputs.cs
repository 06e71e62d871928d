using Fraud.Http.Problems;
using Fraud.Model;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Scoring;

/// <summary>Whether a payment carries what the model that would decide it needs.</summary>
internal static class ModelInputs
{
    private static readonly Problem NeedsPayload = new(
        422, "Unprocessable Entity", "features: expected the 30 features that the served model takes")
    {
        Field = "features",
        Expected = "the 30 features that the served model takes",
    };

    private static readonly Problem NeedsPayment = new(
        422, "Unprocessable Entity", "amount: expected a payment; the served model takes no feature list")
    {
        Field = "amount",
        Expected = "a payment; the served model takes no feature list",
    };

    public static Problem? Check(Transaction transaction, ModelRoutes models)
    {
        if (models.IsForFeatures(transaction))
        {
            return null;
        }

        var manifest = models.Champion.Current.Model.Manifest;
        if (manifest.TakesPayload && !transaction.HasPayload)
        {
            return NeedsPayload;
        }

        // A feature list alone says nothing to a model of payments; a payment that brings one along is fine.
        return manifest.TakesProfile && transaction.HasPayload && transaction.AmountMinor == 0 ? NeedsPayment : null;
    }
}
