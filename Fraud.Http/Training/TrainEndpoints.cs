using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Training;

/// <summary>
/// <c>POST /train</c> starts a training in the background, <c>GET /train/{id}</c> tells how far it is,
/// <c>DELETE /train/{id}</c> ends it. What it makes is staged, not served.
/// </summary>
internal sealed class TrainEndpoints(TrainingJobs jobs, StoreTraining retraining, IAuditLog audit) : IEndpoints
{
    // A request has ten short fields.
    private const int MaxBody = 4_096;

    private static readonly Problem Unknown = new(404, "No such training", "job_id: expected one that GET /train lists") { Field = "job_id" };

    private static readonly Problem Unreported = new(
        404, "No such report", "job_id: expected a completed training from the store")
    { Field = "job_id" };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/train", (RequestDelegate)Start).Needs(Access.Admin).Describe(TrainingDescriptions.Start);
        routes.MapGet("/train", (RequestDelegate)List).Needs(Access.Admin).Describe(TrainingDescriptions.List);
        routes.MapGet("/train/{id}", (RequestDelegate)Get).Needs(Access.Admin).Describe(TrainingDescriptions.Get);
        routes.MapGet("/train/{id}/report", (RequestDelegate)Report).Needs(Access.Admin).Describe(TrainingDescriptions.Report);
        routes.MapDelete("/train/{id}", (RequestDelegate)Cancel).Needs(Access.Admin).Describe(TrainingDescriptions.Cancel);
    }

    private async Task Start(HttpContext context)
    {
        var (problem, request) = await Read(context);
        if (problem is not null)
        {
            await problem.Write(context);
            return;
        }

        var data = request.IsFromStore ? null : jobs.DataOf(request);
        if (data is null && !request.IsFromStore)
        {
            var expected = request.Data is null ? "a file there" : "the name of a file in the folder of Training:DataFile";
            var field = request.Data is null ? "Training:DataFile" : "data";
            await new Problem(422, "There is nothing to train on", $"{field}: expected {expected}") { Field = field, Expected = expected }.Write(context);
            return;
        }

        TrainingJob job;
        try
        {
            if (request.IsFromStore && retraining.Holder() is { } holder)
            {
                await new Problem(409, "The model is being retrained", $"One job runs at a time over all nodes; {holder.Owner} has {holder.Job}.").Write(context);
                return;
            }

            if (!jobs.TryStart(request, data, "request", out job))
            {
                context.Response.Headers.Location = AddressOf(job);
                await new Problem(409, "A training runs", "One runs at a time; see Location.").Write(context);
                return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await new Problem(503, "The work folder cannot be written", $"Training:WorkFolder: expected a folder to write to; {error.Message}").Write(context);
            return;
        }
        catch (StoreUnavailableException)
        {
            await new Problem(503, "The store does not answer", "Try again later.").Write(context);
            return;
        }

        audit.Record(context, "training started", job.JobId, $"{job.Model} version {job.Version}{(request.IsFromStore ? " from the store" : "")}");
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = AddressOf(job);
        await Answer(context, job);
    }

    private Task List(HttpContext context) => JsonAnswer.Write(context, jobs.All(), static (json, all) =>
    {
        json.WriteStartObject();
        json.WritePropertyName("jobs");
        JsonSerializer.Serialize(json, all, TrainingJob.Json);
        json.WriteEndObject();
    });

    private Task Get(HttpContext context) => Find(context) is { } job ? Answer(context, job) : Unknown.Write(context);

    private async Task Report(HttpContext context)
    {
        if (Find(context)?.Report is not { } report)
        {
            await Unreported.Write(context);
            return;
        }

        context.Response.ContentType = "text/markdown; charset=utf-8";
        await context.Response.WriteAsync(RetrainingPage.Of(report), context.RequestAborted);
    }

    private async Task Cancel(HttpContext context)
    {
        if (Find(context) is not { } job)
        {
            await Unknown.Write(context);
        }
        else if (job.IsEnded)
        {
            await new Problem(409, "The training has ended", "There is nothing left to cancel.").Write(context);
        }
        else
        {
            await Answer(context, await jobs.Cancel(job, context.RequestAborted));
        }
    }

    private TrainingJob? Find(HttpContext context) => jobs.Find((string)context.Request.RouteValues["id"]!);

    private static string AddressOf(TrainingJob job) => $"/train/{job.JobId}";

    private static Task Answer(HttpContext context, TrainingJob job) =>
        JsonAnswer.Write(context, job, static (json, job) => JsonSerializer.Serialize(json, job, TrainingJob.Json));

    private static async Task<(Problem? Problem, TrainingRequest Request)> Read(HttpContext context)
    {
        var body = await RequestBody.Read(context, MaxBody);
        if (body.IsTooLarge)
        {
            return (ContentTypes.TooLarge(MaxBody), new TrainingRequest());
        }

        try
        {
            var bytes = body.Bytes.ToArray();
            if (bytes.Length > 0 && !ContentTypes.IsJson(context.Request))
            {
                return (ContentTypes.Unsupported, new TrainingRequest());
            }

            var problem = TrainingRequest.TryRead(bytes, out var request);
            return (problem, request);
        }
        finally
        {
            body.Release();
        }
    }
}
