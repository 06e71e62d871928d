using Fraud.Http.ApiDocs;
using Fraud.Http.Review;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Models;

/// <summary>
/// <c>GET /models</c>: the registry for people. Versions beside each other, and which one decides. As the review page it holds no data and is
/// open; what it shows it asks of the public API, with the key of the person in front of it.
/// </summary>
internal sealed class ModelsPageEndpoints : IEndpoints
{
    private const string Path = "/models";

    private static readonly PageFile Page = PageFile.Read<ModelsPageEndpoints>("models.html");

    private static readonly PageFiles Files = PageFiles.Read<ModelsPageEndpoints>(
        "models.css", "models.js", "versions.js", "comparison.js", "promotion.js");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (RequestDelegate)Page.Write)
            .Needs(Access.Open).WithName("getModelsPage").Describe(ModelsDescriptions.Page);
        routes.MapGet(Path + "/{file}", (RequestDelegate)Files.Write)
            .Needs(Access.Open).WithName("getModelsFile").Describe(ModelsDescriptions.File);
    }
}
