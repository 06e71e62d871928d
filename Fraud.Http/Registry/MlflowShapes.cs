using Fraud.Http.ApiDocs;

namespace Fraud.Http.Registry;

/// <summary>What MLflow's addresses have in common in the OpenAPI document.</summary>
internal static class MlflowShapes
{
    public const string Tag = "Model registry (MLflow)";

    private const string VersionJson = """
        {
          "name": "payments",
          "version": "1",
          "creation_timestamp": 1718000000000,
          "last_updated_timestamp": 1718000000000,
          "user_id": "shipped",
          "current_stage": "Production",
          "description": "",
          "source": "mlflow-artifacts:/models/payments/1",
          "run_id": "",
          "run_link": "",
          "status": "READY",
          "tags": [{ "key": "metric.average_precision", "value": "0.69" }],
          "aliases": ["champion"]
        }
        """;

    public static ApiParameter ModelName { get; } = new("name", "query", "Name of the model, or one of Registry:NameAliases.", "payments");

    public static ApiParameter VersionNumber { get; } = new("version", "query", "Version of the model.", "1");

    public static ApiParameter AliasName { get; } = new("alias", "query", "Alias; champion names what is in Production.", "tried");

    public static ApiParameter Filter { get; } = new("filter", "query", "Conditions on the name: =, !=, LIKE, ILIKE, joined by AND.", "name LIKE 'pay%'") { IsRare = true };

    public static ApiParameter PageSize { get; } = new("max_results", "query", "Most items.", "10") { Type = "integer" };

    public static ApiParameter PageToken { get; } = new("page_token", "query", "The next_page_token of the page before.", "MTA") { IsRare = true };

    public static ApiShape OneVersion { get; } = new("MlflowVersion", VersionJson)
    {
        { "name", "Name of the model, as it was asked for." },
        { "version", "Its version." },
        { "creation_timestamp", "When it was registered, milliseconds since 1970 UTC." },
        { "last_updated_timestamp", "When its stage changed last." },
        { "user_id", "Who or what registered it." },
        { "current_stage", "Its stage; what is in Production is served by every node.", FieldIs.Required, "None", "Staging", "Production", "Archived" },
        { "description", "Empty." },
        { "source", "Where its files are." },
        { "run_id", "Empty: there are no runs." },
        { "run_link", "Empty." },
        { "status", "READY: a version is probed before it is registered.", FieldIs.Required, "READY" },
        { "tags", "Digest, lineage and metrics." },
        { "tags[].key", "sha256, parent, code_version, or metric. and the name of one." },
        { "tags[].value", "Its value." },
        { "aliases", "Its names." },
    };

    public static ApiShape OneModel { get; } = new("MlflowModel", $$"""
        {
          "name": "payments",
          "creation_timestamp": 1718000000000,
          "last_updated_timestamp": 1718000000000,
          "description": "",
          "latest_versions": [{{VersionJson}}],
          "tags": [],
          "aliases": [{ "alias": "champion", "version": "1" }]
        }
        """)
    {
        { "name", "Name of the model." },
        { "creation_timestamp", "When it was created, milliseconds since 1970 UTC." },
        { "last_updated_timestamp", "When one of its versions changed last." },
        { "description", "May be empty." },
        { "latest_versions", "The newest version in each stage.", OneVersion },
        { "tags", "Empty." },
        { "aliases", "Names of versions." },
        { "aliases[].alias", "The name." },
        { "aliases[].version", "The version." },
    };

    public static ApiShape ModelPage { get; } = new("MlflowModels", $$"""{"registered_models":[{{OneModel.ExampleText}}],"next_page_token":"MTA"}""")
    {
        { "registered_models", "The models.", OneModel },
        { "next_page_token", "Asks for the next page; left out on the last.", FieldIs.Optional },
    };

    public static ApiShape ModelAnswer { get; } = new("MlflowModelAnswer", $$"""{"registered_model":{{OneModel.ExampleText}}}""")
    {
        { "registered_model", "The model.", OneModel },
    };

    public static ApiShape VersionAnswer { get; } = new("MlflowVersionAnswer", $$"""{"model_version":{{VersionJson}}}""")
    {
        { "model_version", "The version.", OneVersion },
    };

    public static ApiShape VersionPage { get; } = new("MlflowVersions", $$"""{"model_versions":[{{VersionJson}}],"next_page_token":"MTA"}""")
    {
        { "model_versions", "The versions, newest first.", OneVersion },
        { "next_page_token", "Asks for the next page; left out on the last.", FieldIs.Optional },
    };

    public static ApiShape Done { get; } = new("MlflowDone", "{}");

    public static ApiAnswer Error { get; } = new(0, "What is wrong.", "application/json")
    {
        Shape = new ApiShape("MlflowError", """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"name: expected a model that is registered"}""")
        {
            { "error_code", "MLflow's word for it." },
            { "message", "What is wrong, with the field and what was expected." },
        },
    };
}
