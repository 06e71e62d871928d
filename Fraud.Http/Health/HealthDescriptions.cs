using Fraud.Http.ApiDocs;

namespace Fraud.Http.Health;

/// <summary>Health as the OpenAPI document tells of it.</summary>
internal static class HealthDescriptions
{
    private const string Tag = "Health";

    private static readonly ApiShape Readiness = new("Readiness", """
        {"status":"ready","checks":{"graph":"ok","store":"ok"},"details":{"graph":"running","store":"answers"}}
        """)
    {
        { "status", "Whether payments can be scored here.", FieldIs.Required, "ready", "not ready" },
        { "checks", "What this depends on, by name." },
        { "checks.*", "Whether it works.", FieldIs.Required, "ok", "failed" },
        { "details", "What each says of itself." },
        { "details.*", "What it says." },
    };

    public static ApiDescription Root { get; } = new(Tag, "What there is to call")
    {
        Detail = "Name and version of the service, and every public address.",
        Answers = [ApiAnswer.Json(new ApiShape("ServiceIndex", """
            {"name":"fraud-detection-api","version":"1.0.0","description":"Scores card payments for fraud, as they happen.","docs":"/api/docs","endpoints":["GET /health","POST /predict"]}
            """)
        {
            { "name", "Name of the service." },
            { "version", "Its version." },
            { "description", "What it does." },
            { "docs", "A page to read and try it." },
            { "endpoints", "Method and address of each, in order of address." },
        }, "The service.")],
    };

    public static ApiDescription Health { get; } = new(Tag, "How the service is")
    {
        Detail = "State, uptime and the model in service. For people and dashboards; probes use /health/live and /health/ready.",
        Answers = [ApiAnswer.Json(new ApiShape("Health", """
            {
              "status": "healthy",
              "service": "fraud-detection-api",
              "version": "1.0.0",
              "timestamp": "2026-11-21T10:00:00.000+00:00",
              "uptime_seconds": 3600.5,
              "model": "payments",
              "model_version": "1",
              "feature_model": "creditcard",
              "feature_model_version": "1"
            }
            """)
        {
            { "status", "healthy while payments are scored; else what the graph is doing, such as starting, recovering or draining." },
            { "service", "Name of the service." },
            { "version", "Its version." },
            { "timestamp", "Now, in UTC." },
            { "uptime_seconds", "Since the process started.", FieldIs.Number },
            { "model", "The model that payments are scored with." },
            { "model_version", "Its version." },
            { "feature_model", "The model that feature lists are scored with, where there is one.", FieldIs.Optional },
            { "feature_model_version", "Its version.", FieldIs.Optional },
        }, "How it is.")],
    };

    public static ApiDescription Live { get; } = new(Tag, "Whether the process answers")
    {
        Detail = "For a liveness probe: says nothing of what this depends on, since a restart would cure none of it.",
        Answers = [ApiAnswer.Json(new ApiShape("Liveness", """{"status":"live"}""")
        {
            { "status", "Always this.", FieldIs.Required, "live" },
        }, "It answers.")],
    };

    public static ApiDescription Ready { get; } = new(Tag, "Whether payments can be scored")
    {
        Detail = "For a readiness probe: each thing that this depends on, by name.",
        Answers = [ApiAnswer.Json(Readiness, "Payments can be scored."), ApiAnswer.Json(Readiness, "Something is missing; the checks say what.", 503)],
    };
}
