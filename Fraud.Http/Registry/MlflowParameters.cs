using Fraud.Http.ApiDocs;

namespace Fraud.Http.Registry;

/// <summary>What MLflow's addresses have in common in the OpenAPI document.</summary>
internal static class MlflowParameters
{
    public const string Tag = "Model registry (MLflow)";

    public static ApiParameter ModelName { get; } = new("name", "query", "Name of the model, or one of Registry:NameAliases.", "payments");

    public static ApiParameter VersionNumber { get; } = new("version", "query", "Version of the model.", "1");

    public static ApiParameter AliasName { get; } = new("alias", "query", "Alias; champion names what is in Production.", "tried");

    public static ApiParameter Filter { get; } = new("filter", "query", "Conditions on attributes and tags, joined by AND: =, !=, LIKE, ILIKE, IN, <, <=, >, >=.", "name LIKE 'pay%'") { IsRare = true };

    public static ApiParameter OrderBy { get; } = new("order_by", "query", "What comes first, with ASC or DESC; several count in their order.", "name DESC") { IsRare = true, IsList = true };

    public static ApiParameter Stages { get; } = new("stages", "query", "Only this stage; several times for several.", "Production") { IsRare = true, IsList = true };

    public static ApiParameter PageSize { get; } = new("max_results", "query", "Most items.", "10") { Type = "integer", Minimum = 1 };

    public static ApiParameter PageToken { get; } = new("page_token", "query", "The next_page_token of the page before.", "MTA") { IsRare = true };
}
