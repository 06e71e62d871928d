using System.Net;
using System.Text;
using Fraud.Client;
using Fraud.Http.Stripe;

namespace Fraud.Tests.Client;

/// <summary>One call for each operation, in an order in which each finds what it is about; on an <see cref="OperationsServer"/> with case-1 and case-2.</summary>
internal sealed class EachOperation(FraudClient client)
{
    private static readonly float[] Row = Http.Inference.InferenceClient.GoldenRows(1);

    private string _job = "";

    public IReadOnlyList<(string Id, Func<Task> Call)> Calls =>
        [.. Scoring, .. Cases, .. Models, .. Registry, .. Inference, .. Training, .. Health, .. Operations];

    private (string, Func<Task>)[] Scoring =>
    [
        ("predict", async () =>
        {
            var score = await client.Scoring.PredictAsync(
                new Payment { TransactionId = "each-1", CardId = "c", Amount = 3 },
                new PredictOptions { Explain = true, IdempotencyKey = "each-\"1\"", Timeout = TimeSpan.FromSeconds(2) });
            Assert.Equal("each-1", score.TransactionId);
            Assert.NotEmpty(score.Explanation!.Contributions);
        }),
        ("predictBatch", async () =>
        {
            var result = await client.Scoring.PredictBatchAsync([new Payment { Amount = 1 }, new Payment { Amount = -1 }], "each");
            Assert.Equal((1, 1, "each"), (result.Results.Count, result.Errors.Count, result.BatchId));
        }),
        ("predictStream", async () =>
        {
            var payments = Enumerable.Range(1, 3).Select(static number => new Payment { TransactionId = $"line-{number}", Amount = number == 2 ? -1 : number });
            var lines = await client.Scoring.PredictStreamAsync(payments.ToAsyncEnumerable()).ToListAsync();
            Assert.Equal([(1L, "line-1", null), (2L, "line-2", "amount"), (3L, "line-3", null)], lines.Select(static line => (line.Line, line.TransactionId, line.Error?.Field)));
            Assert.Equal("line-3", lines[2].Score!.TransactionId);
        }),
        ("addLabels", async () => Assert.Equal(1, (await client.Labels.AddLabelsAsync([new FraudLabel("each-1", IsFraud: true)], "labels-1")).Stored)),
    ];

    private (string, Func<Task>)[] Cases =>
    [
        ("listAnomalies", async () =>
        {
            var page = await client.Cases.ListAnomaliesAsync(new AnomalyQuery { Limit = 2, Order = AnomalyOrder.Score, MinScore = 0, Status = CaseStatus.New, From = DateTimeOffset.UnixEpoch });
            Assert.Equal(2, page.Data.Count);
            Assert.NotNull(page.NextCursor);
        }),
        ("getAnomaly", async () =>
        {
            var found = (await client.Cases.GetAnomalyAsync("case-1"))!;
            Assert.Equal((CaseStatus.New, "\"v0\""), (found.Status, found.ETag));
            Assert.Null(await client.Cases.GetAnomalyAsync("case-1", found.ETag));
        }),
        ("updateAnomaly", async () =>
        {
            var changed = await client.Cases.UpdateAnomalyAsync("case-1", new StatusChange { NewStatus = CaseStatus.Fraud, Note = "denied" }, "\"v0\"");
            Assert.Equal((CaseStatus.New, CaseStatus.Fraud, "\"v1\""), (changed.OldStatus, changed.NewStatus, changed.ETag));
            await Refused(HttpStatusCode.PreconditionFailed, () => client.Cases.UpdateAnomalyAsync("case-1", new StatusChange { NewStatus = CaseStatus.New }, "\"v0\""));
        }),
        ("getAnomalyByQuery", async () => Assert.Equal("denied", Assert.Single((await client.Cases.GetAnomalyByQueryAsync("case-1"))!.History).Note)),
        ("updateAnomalyByQuery", async () => Assert.Equal(1, (await client.Cases.UpdateAnomalyByQueryAsync("case-2", new StatusChange { NewStatus = CaseStatus.Dismissed })).Version)),
        ("streamAlerts", async () =>
        {
            var told = await client.Alerts.StreamAlertsAsync("0").FirstAsync(static told => told.Alert is not null);
            Assert.Equal("alert-" + told.Alert!.TransactionId, told.Alert.AlertId);
            Assert.NotEmpty(told.Id);
        }),
    ];

    private (string, Func<Task>)[] Models =>
    [
        ("getModelInfo", async () => Assert.Equal("payments", (await client.Models.GetModelInfoAsync("payments")).Name)),
        ("compareModels", async () => Assert.Empty((await client.Models.CompareModelsAsync(DateTimeOffset.UnixEpoch, settledDays: 7)).Comparisons)),
        ("getDriftReport", async () => Assert.Equal("payments", (await client.Models.GetDriftReportAsync()).Model)),
    ];

    private (string, Func<Task>)[] Registry =>
    [
        ("listRegisteredModels", async () => Assert.Contains((await client.Registry.ListRegisteredModelsAsync(10)).RegisteredModels, static model => model.Name == "payments")),
        ("searchRegisteredModels", async () => Assert.Single((await client.Registry.SearchRegisteredModelsAsync(new RegistrySearch { Filter = "name = 'payments'", IsDescending = true })).RegisteredModels)),
        ("getRegisteredModel", async () => Assert.NotEmpty((await client.Registry.GetRegisteredModelAsync("payments")).LatestVersions)),
        ("createRegisteredModel", async () => Assert.Equal("planned", (await client.Registry.CreateRegisteredModelAsync("each", "planned")).Description)),
        ("createModelVersion", async () => Assert.Equal("7", (await client.Registry.CreateModelVersionAsync("payments", "payments/7")).Version)),
        ("getLatestModelVersions", async () => Assert.NotEmpty(await client.Registry.GetLatestModelVersionsAsync("payments", [ModelStage.None, ModelStage.Production]))),
        ("queryLatestModelVersions", async () => Assert.Equal("7", Assert.Single(await client.Registry.QueryLatestModelVersionsAsync("payments", [ModelStage.None])).Version)),
        ("setModelAlias", () => client.Registry.SetModelAliasAsync("payments", "tried", "7")),
        ("getModelVersionByAlias", async () => Assert.Equal("7", (await client.Registry.GetModelVersionByAliasAsync("payments", "tried")).Version)),
        ("deleteModelAlias", () => client.Registry.DeleteModelAliasAsync("payments", "tried")),
        ("getModelVersion", async () => Assert.Equal(ModelStage.None, (await client.Registry.GetModelVersionAsync("payments", "7")).CurrentStage)),
        ("searchModelVersions", async () => Assert.Equal("7", (await client.Registry.SearchModelVersionsAsync(new RegistrySearch { MaxResults = 1 })).ModelVersions[0].Version)),
        ("getModelVersionDownloadUri", async () => Assert.EndsWith("/models/payments/7", await client.Registry.GetModelVersionDownloadUriAsync("payments", "7"), StringComparison.Ordinal)),
        ("transitionModelVersionStage", async () => Assert.Equal(ModelStage.Archived, (await client.Registry.TransitionModelVersionStageAsync("payments", "7", ModelStage.Archived)).CurrentStage)),
        ("listArtifacts", async () => Assert.Contains(await client.Registry.ListArtifactsAsync("payments", "7"), static file => file is { Path: "model.onnx", FileSize: > 1_000 })),
        ("downloadArtifact", async () => Assert.NotEmpty(await client.Registry.DownloadArtifactAsync("payments", "7", "model.onnx"))),
        ("getModelVersionArtifact", async () => Assert.NotEmpty(await client.Registry.GetModelVersionArtifactAsync("payments", "7", "manifest.json"))),
    ];

    private (string, Func<Task>)[] Inference =>
    [
        ("getInferenceServer", async () => Assert.Contains("model_repository", (await client.Inference.GetInferenceServerAsync()).Extensions)),
        ("getInferenceServerLive", async () => Assert.True((await client.Inference.GetInferenceServerLiveAsync()).Live)),
        ("getInferenceServerReady", async () => Assert.True((await client.Inference.GetInferenceServerReadyAsync()).Ready)),
        ("listInferenceRepository", async () => Assert.Equal(["READY"], (await client.Inference.ListInferenceRepositoryAsync(isReady: true)).Select(static entry => entry.State).Distinct())),
        ("loadInferenceModel", () => client.Inference.LoadInferenceModelAsync("payments", "7")),
        ("getInferenceModel", async () => Assert.Equal(Row.Length, (await client.Inference.GetInferenceModelAsync("payments")).Inputs[0].Shape[1])),
        ("getInferenceModelVersion", async () => Assert.Equal("7", (await client.Inference.GetInferenceModelVersionAsync("payments", "7")).Properties["version"])),
        ("getInferenceModelReady", async () => Assert.True((await client.Inference.GetInferenceModelReadyAsync("payments")).Ready)),
        ("getInferenceModelVersionReady", async () => Assert.True((await client.Inference.GetInferenceModelVersionReadyAsync("payments", "7")).Ready)),
        ("infer", async () => Assert.Equal(["probabilities", "label"], (await client.Inference.InferAsync("payments", Request())).Outputs.Select(static output => output.Name))),
        ("inferVersion", async () =>
        {
            var result = await client.Inference.InferVersionAsync("payments", "7", Request() with { Outputs = [new RequestedOutput("probabilities")] });
            Assert.Equal(1, Assert.Single(result.Outputs).Data.Sum(), 5);
        }),
        ("listInferenceStatistics", async () => Assert.NotEmpty((await client.Inference.ListInferenceStatisticsAsync()).ModelStats)),
        ("getInferenceModelStatistics", async () => Assert.NotEmpty((await client.Inference.GetInferenceModelStatisticsAsync("payments")).ModelStats)),
        ("getInferenceModelVersionStatistics", async () => Assert.Equal(1, Assert.Single((await client.Inference.GetInferenceModelVersionStatisticsAsync("payments", "7")).ModelStats).ExecutionCount)),
        ("unloadInferenceModel", async () =>
        {
            await client.Inference.UnloadInferenceModelAsync("payments", "7");
            var error = await Refused(HttpStatusCode.Conflict, () => client.Inference.InferVersionAsync("payments", "7", Request()));
            Assert.Equal("version", error.Problem!.Field);
        }),
    ];

    private (string, Func<Task>)[] Training =>
    [
        ("startTraining", async () => _job = (await client.Training.StartTrainingAsync(new TrainingRequest { TrainFrom = new DateOnly(2018, 5, 8), MaxRounds = 20, Seed = 7 })).JobId),
        ("listTrainings", async () => Assert.Contains(await client.Training.ListTrainingsAsync(), job => job.JobId == _job)),
        ("getTraining", async () => Assert.Equal((TrainingStatus.Running, 20), (await client.Training.GetTrainingAsync(_job)) is var job ? (job.Status, job.Request.MaxRounds) : default)),
        // Of a training from a file there is none.
        ("getTrainingReport", () => Refused(HttpStatusCode.NotFound, () => client.Training.GetTrainingReportAsync(_job))),
        ("cancelTraining", async () => Assert.Equal(TrainingStatus.Cancelled, (await client.Training.CancelTrainingAsync(_job)).Status)),
    ];

    private (string, Func<Task>)[] Health =>
    [
        ("getService", async () => Assert.Contains("POST /predict", (await client.Health.GetServiceAsync()).Endpoints)),
        ("getHealth", async () => Assert.Equal("healthy", (await client.Health.GetHealthAsync()).Status)),
        ("getHealthz", async () => Assert.Equal("healthy", (await client.Health.GetHealthzAsync()).Status)),
        ("getLive", async () => Assert.Equal("live", (await client.Health.GetLiveAsync()).Status)),
        ("getLivez", async () => Assert.Equal("live", (await client.Health.GetLivezAsync()).Status)),
        ("getReady", async () => Assert.NotEmpty((await client.Health.GetReadyAsync()).Checks)),
        ("getReadyz", async () => Assert.NotEmpty((await client.Health.GetReadyzAsync()).Checks)),
    ];

    private (string, Func<Task>)[] Operations =>
    [
        ("getStats", async () => Assert.True((await client.Operations.GetStatsAsync()).TotalPredictions > 0)),
        ("getMetrics", async () => Assert.Contains("fraud_predictions_total", await client.Operations.GetMetricsAsync(), StringComparison.Ordinal)),
        ("getClusterReport", async () =>
        {
            var cluster = await client.Operations.GetClusterReportAsync();
            Assert.Equal("alone", Assert.Single(cluster.Nodes).Member);
            Assert.Contains(cluster.History, static happened => happened.Event == "claimed");
        }),
        ("listAuditEntries", async () => Assert.Equal(2, (await client.Operations.ListAuditEntriesAsync(limit: 2, before: long.MaxValue)).Data.Count)),
        ("getOpenApiDocument", async () => Assert.True((await client.Operations.GetOpenApiDocumentAsync()).TryGetProperty("paths", out _))),
        ("receiveStripeEvent", async () =>
        {
            var body = Encoding.UTF8.GetBytes("""
                {"id":"evt_each","type":"charge.succeeded","data":{"object":{"id":"ch_each","object":"charge","amount":1250,"currency":"eur","created":1763640000}}}
                """);
            var receipt = await client.Operations.ReceiveStripeEventAsync(body, StripeSignature.Make(OperationsServer.StripeSecret, DateTimeOffset.UtcNow, body));
            Assert.Equal(("payment", "ch_each"), (receipt.Outcome, receipt.Result!.TransactionId));
        }),
    ];

    private static InferenceRequest Request() => new() { Id = "1", Inputs = [new InferenceInput { Name = "features", Shape = [1, Row.Length], Data = Row }] };

    private static async Task<FraudApiException> Refused(HttpStatusCode status, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<FraudApiException>(call);
        Assert.Equal(status, error.StatusCode);
        return error;
    }
}
