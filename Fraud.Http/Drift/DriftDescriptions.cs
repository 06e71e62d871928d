using Fraud.Http.ApiDocs;

namespace Fraud.Http.Drift;

/// <summary><c>GET /api/v1/drift</c> as the OpenAPI document tells of it.</summary>
internal static class DriftDescriptions
{
    public static ApiDescription Report { get; } = new("Models", "Drift, live quality and alarms")
    {
        Detail = "How this node's latest payments are distributed beside those the model in service was trained on, how well "
            + "stored decisions agree with the labels that came, and the alarms that are raised.",
        Answers = [new ApiAnswer(200, "The report.")],
    };
}
