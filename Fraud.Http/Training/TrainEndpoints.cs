using Fraud.Http.ApiDocs;
using Fraud.Http.Audit;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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

    private static readonly Problem Unknown = new(404, "Not Found", "job_id: expected one that GET /train lists") { Field = "job_id" };

    private static readonly Problem Unreported = new(404, "Not Found", "job_id: expected a completed training from the store") { Field = "job_id" };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/train", (Delegate)Start).Needs(Access.Admin).WithName("startTraining").Describe(TrainingDescriptions.Start);
        routes.MapGet("/train", List).Needs(Access.Admin).WithName("listTrainings").Describe(TrainingDescriptions.List);
        routes.MapGet("/train/{id}", Get).Needs(Access.Admin).WithName("getTraining").Describe(TrainingDescriptions.Get);
        routes.MapGet("/train/{id}/report", Report)
            .Needs(Access.Admin).WithName("getTrainingReport").Describe(TrainingDescriptions.Report);
        routes.MapDelete("/train/{id}", Cancel)
            .Needs(Access.Admin).WithName("cancelTraining").Describe(TrainingDescriptions.Cancel);
    }

    private async Task<Results<Accepted<TrainingView>, Problem>> Start(HttpContext context)
    {
        var (request, wrong) = await JsonBody.Read(context, MaxBody, TrainingRequest.Fields, new TrainingRequest());
        if ((wrong ?? request!.Together()) is { } mistake)
        {
            return mistake;
        }

        var data = request!.IsFromStore ? null : jobs.DataOf(request);
        if (data is null && !request.IsFromStore)
        {
            var expected = request.Data is null
                ? "a file there; 'fraud simulate --file' makes one of simulated payments, and {\"from\":\"store\"} takes those that were scored here"
                : "the name of a file in the folder of Training:DataFile";
            var field = request.Data is null ? "Training:DataFile" : "data";
            return new Problem(422, "Unprocessable Entity", $"{field}: expected {expected}") { Field = field, Expected = expected };
        }

        TrainingJob job;
        try
        {
            if (request.IsFromStore && retraining.Holder() is { } holder)
            {
                return new Problem(409, "Conflict", $"The model is being retrained, one job at a time over all nodes; {holder.Owner} has {holder.Job}.");
            }

            if (!jobs.TryStart(request, data, "request", out job))
            {
                context.Response.Headers.Location = AddressOf(job);
                return new Problem(409, "Conflict", "A training runs, one at a time; see Location.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Problem(503, "Service Unavailable", $"Training:WorkFolder: expected a folder to write to; {error.Message}");
        }
        catch (StoreUnavailableException)
        {
            return new Problem(503, "Service Unavailable", "The store does not answer. Try again later.");
        }

        audit.Record(context, "training started", job.JobId, $"{job.Model} version {job.Version}{(request.IsFromStore ? " from the store" : "")}");
        return TypedResults.Accepted(AddressOf(job), TrainingView.Of(job));
    }

    private Ok<TrainingList> List() => TypedResults.Ok(new TrainingList { Jobs = [.. jobs.All().Select(TrainingView.Of)] });

    private Results<Ok<TrainingView>, Problem> Get(string id) => jobs.Find(id) is { } job ? TypedResults.Ok(TrainingView.Of(job)) : Unknown;

    private Results<ContentHttpResult, Problem> Report(string id) => jobs.Find(id)?.Report is { } report
        ? TypedResults.Text(RetrainingPage.Of(report), "text/markdown; charset=utf-8")
        : Unreported;

    private async Task<Results<Ok<TrainingView>, Problem>> Cancel(HttpContext context, string id)
    {
        if (jobs.Find(id) is not { } job)
        {
            return Unknown;
        }

        return job.IsEnded
            ? new Problem(409, "Conflict", "The training has ended: there is nothing left to cancel.")
            : TypedResults.Ok(TrainingView.Of(await jobs.Cancel(job, context.RequestAborted)));
    }

    private static string AddressOf(TrainingJob job) => $"/train/{job.JobId}";
}
