using Fraud.Http.ApiDocs;

namespace Fraud.Http.Inference.Rest;

/// <summary>The protocol's statistics as the OpenAPI document tells of them.</summary>
internal static class StatisticsDescriptions
{
    public static ApiDescription All { get; } = new(ModelParameters.Tag, "Statistics of all models")
    {
        Detail = "What each version that can be asked was asked by this protocol since it was loaded. Payments are not counted here.",
        Answers = [new ApiAnswer(200, "The statistics.")],
    };

    public static ApiDescription Model { get; } = All with
    {
        Summary = "Statistics of a model",
        Parameters = [ModelParameters.ModelName],
        Problems = [404, 409],
    };

    public static ApiDescription Version { get; } = Model with
    {
        Summary = "Statistics of a version",
        Parameters = [ModelParameters.ModelName, ModelParameters.ModelVersion],
    };
}
