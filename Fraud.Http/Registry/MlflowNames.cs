using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Registry;

/// <summary>Which model a client means: some names stand for the one in service.</summary>
internal sealed class MlflowNames(RegistryOptions options, ModelHolder models)
{
    private readonly HashSet<string> _aliases =
        [.. options.NameAliases.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    public string Resolve(string name) => _aliases.Contains(name) ? models.Current.ScoredBy.Model : name;
}
