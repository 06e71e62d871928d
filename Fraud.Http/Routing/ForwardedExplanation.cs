using Fraud.Model.Reasons;
using Fraud.Model.Snapshots;

namespace Fraud.Http.Routing;

/// <summary>Explanations as they travel between nodes.</summary>
internal static class ForwardedExplanation
{
    // A model's inputs are features of the profile and the 30 columns of the card data set.
    private const int MaxInputs = 1_024;

    public static void Write(StateWriter writer, Explanation? explanation)
    {
        writer.Unsigned((ulong)(explanation?.Inputs.Count ?? 0));
        if (explanation is not null)
        {
            writer.Double(explanation.Bias);
            foreach (var input in explanation.Inputs)
            {
                writer.String(input.Name);
                writer.Single(input.Value);
                writer.Double(input.LogOdds);
            }
        }
    }

    public static Explanation? Read(ref StateReader reader)
    {
        var count = reader.Unsigned();
        if (count == 0)
        {
            return null;
        }

        if (count > MaxInputs)
        {
            throw new CorruptStateException($"answers to forwarded payments: expected at most {MaxInputs} contributions");
        }

        var bias = reader.Double();
        var inputs = new Contribution[count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Contribution(reader.String(), reader.Single(), reader.Double());
        }

        return new Explanation(bias, inputs);
    }
}
