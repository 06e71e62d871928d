using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Stream.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Registry;

/// <summary>The files of versions, as MLflow's artifact proxy has them: where <c>mlflow-artifacts:/models/NAME/VERSION</c> leads to.</summary>
internal sealed class ArtifactEndpoints(ModelRegistry registry, MlflowNames names) : IEndpoints
{
    private const string Root = MlflowProblems.Prefix + "-artifacts/artifacts";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, MlflowCall.Answer(List))
            .Needs(Access.Analyst).WithName("listArtifacts").Describe(MlflowDescriptions.ListArtifacts);
        routes.MapGet(Root + "/models/{model}/{version}/{file}", (RequestDelegate)Download)
            .Needs(Access.Analyst).WithName("downloadArtifact").Describe(MlflowDescriptions.Artifact);
        routes.MapGet("/model-versions/get-artifact", (RequestDelegate)DownloadByQuery)
            .Needs(Access.Analyst).WithName("getModelVersionArtifact").Describe(MlflowDescriptions.GetArtifact);
    }

    private MlflowFileList List(MlflowCall call)
    {
        if (call.Required("path").Trim('/').Split('/') is not ["models", var model, var version])
        {
            throw new MlflowRefusedException(MlflowProblems.Wrong("path", "models/NAME/VERSION"));
        }

        var files = registry.Files(names.Resolve(model), version);
        return new MlflowFileList { Files = [.. files.Select(static file => new MlflowFile { Path = file.Name, FileSize = file.Bytes })] };
    }

    private Task Download(HttpContext context)
    {
        var route = context.Request.RouteValues;
        return Send(context, (string)route["model"]!, (string)route["version"]!, (string)route["file"]!);
    }

    private Task DownloadByQuery(HttpContext context)
    {
        var query = context.Request.Query;
        return Send(context, (string?)query["name"] ?? "", (string?)query["version"] ?? "", (string?)query["path"] ?? "");
    }

    private async Task Send(HttpContext context, string model, string version, string name)
    {
        try
        {
            var content = await Task.Run(
                () => registry.Files(names.Resolve(model), version).FirstOrDefault(file => file.Name == name) is { } file ? registry.Read(file) : null,
                context.RequestAborted);
            if (content is null)
            {
                await MlflowProblems.Missing("name, version, path: expected a file of a version that is registered").Write(context);
                return;
            }

            var response = context.Response;
            response.ContentType = "application/octet-stream";
            response.ContentLength = content.Length;
            response.Headers.ContentDisposition = $"attachment; filename=\"{Uri.EscapeDataString(name)}\"";
            response.Headers.XContentTypeOptions = "nosniff";
            await response.Body.WriteAsync(content, context.RequestAborted);
        }
        catch (Exception error) when (MlflowCall.ProblemOf(error) is { } problem && !context.Response.HasStarted)
        {
            await problem.Write(context);
        }
    }
}
