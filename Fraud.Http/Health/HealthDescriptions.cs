using Fraud.Http.ApiDocs;

namespace Fraud.Http.Health;

/// <summary>Health as the OpenAPI document tells of it.</summary>
internal static class HealthDescriptions
{
    private const string Tag = "Health";

    public static ApiDescription Root { get; } = new(Tag, "What there is to call")
    {
        Detail = "Name and version of the service, and every public address.",
        Answers = [new ApiAnswer(200, "The service.")],
    };

    public static ApiDescription Health { get; } = new(Tag, "How the service is")
    {
        Detail = "State, uptime and the model in service. For people and dashboards; probes use /health/live and /health/ready.",
        Answers = [ApiAnswer.Json<ServiceHealth>("How it is.")],
    };

    public static ApiDescription Live { get; } = new(Tag, "Whether the process answers")
    {
        Detail = "For a liveness probe: says nothing of what this depends on, since a restart would cure none of it.",
        Answers = [ApiAnswer.Json<Liveness>("It answers.")],
    };

    public static ApiDescription Ready { get; } = new(Tag, "Whether payments can be scored")
    {
        Detail = "For a readiness probe: each thing that this depends on, by name. One that does not answer within two seconds has failed.",
        Answers = [ApiAnswer.Json<Readiness>("Payments can be scored."), ApiAnswer.Json<Readiness>("Something is missing; the checks say what.", 503)],
    };
}
