using Fraud.Model.Decoding;
using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Scoring;

/// <summary>Where each column of a model comes from, resolved once.</summary>
internal sealed class ColumnMap
{
    // Below the feature count: position in the profile's vector; from there on: position in the payload.
    private readonly int[] _sources;

    /// <exception cref="ModelRefusedException">The manifest names an input that nobody computes.</exception>
    public ColumnMap(ModelManifest manifest)
    {
        _sources = [.. manifest.Inputs.Select(static input => SourceOf(input))];
    }

    public int Count => _sources.Length;

    public void Gather(Transaction transaction, ReadOnlySpan<float> features, Span<float> row) =>
        Gather(features, transaction.HasPayload ? transaction.Payload : [], row);

    /// <param name="payload">Empty: there is none, and its columns are missing.</param>
    public void Gather(ReadOnlySpan<float> features, ReadOnlySpan<float> payload, Span<float> row)
    {
        for (var column = 0; column < _sources.Length; column++)
        {
            var source = _sources[column];
            row[column] = source < FeatureCatalog.Count
                ? features[source]
                : payload.IsEmpty ? float.NaN : payload[source - FeatureCatalog.Count];
        }
    }

    private static int SourceOf(ModelInput input)
    {
        if (input.Source == InputSource.Profile)
        {
            var feature = FeatureCatalog.IndexOf(input.Name);
            return feature >= 0 ? feature : throw Unknown(input);
        }

        for (var column = 0; column < PayloadColumns.Names.Count; column++)
        {
            if (PayloadColumns.Names[column] == input.Name)
            {
                return FeatureCatalog.Count + column;
            }
        }

        throw Unknown(input);
    }

    private static ModelRefusedException Unknown(ModelInput input) =>
        new($"manifest.json: inputs: '{input.Name}' is no feature of the {input.Source.ToString().ToLowerInvariant()}");
}
