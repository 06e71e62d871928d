using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Stream.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Registry;

/// <summary>MLflow's <c>model-versions</c>: what there is, and which one is served.</summary>
internal sealed class ModelVersionsEndpoints(ModelRegistry registry, MlflowNames names, ImportFolder imports) : IEndpoints
{
    private const string Root = MlflowProblems.Prefix + "/model-versions";

    /// <summary>Characters of a reason at most: as long as a note on a case by default.</summary>
    public const int MaxReason = 2_000;

    private const int MaxResults = ModelQueries.MaxVersions;

    private static readonly string[] Attributes = [MlflowFilter.NameKey, "version_number", "source_path", "run_id"];

    private static readonly Dictionary<string, Func<RegisteredVersion, IComparable>> Orders = new()
    {
        [MlflowFilter.NameKey] = static version => version.Model,
        // As numbers where they are.
        ["version_number"] = static version => long.TryParse(version.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1,
        ["creation_timestamp"] = static version => version.CreatedAt,
        ["last_updated_timestamp"] = static version => version.StageChangedAt,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/get", MlflowCall.Answer(Get))
            .Needs(Access.Analyst).WithName("getModelVersion").Describe(MlflowDescriptions.GetVersion);
        routes.MapGet(Root + "/search", MlflowCall.Answer(Search))
            .Needs(Access.Analyst).WithName("searchModelVersions").Describe(MlflowDescriptions.SearchVersions);
        routes.MapGet(Root + "/get-download-uri", MlflowCall.Answer(DownloadUri))
            .Needs(Access.Analyst).WithName("getModelVersionDownloadUri").Describe(MlflowDescriptions.DownloadUri);
        routes.MapPost(Root + "/transition-stage", MlflowCall.Answer(Transition))
            .Needs(Access.Admin).WithName("transitionModelVersionStage").Describe(MlflowDescriptions.Transition);
        routes.MapPost(Root + "/create", MlflowCall.Answer(Create))
            .Needs(Access.Admin).WithName("createModelVersion").Describe(MlflowDescriptions.CreateVersion);
    }

    private MlflowVersionAnswer Get(MlflowCall call)
    {
        var (name, version) = Find(call);
        return One(version, name);
    }

    private MlflowVersionList Search(MlflowCall call)
    {
        var filter = MlflowFilter.Parse(call.Text("filter"), Attributes);
        var versions = registry.List().Where(version => filter.Takes(
            key => MlflowView.Attribute(version, key),
            key => MlflowView.TagsOf(version).FirstOrDefault(tag => tag.Key == key)?.Value,
            names.Resolve)).ToList();
        var (page, next) = MlflowPage.Of(call, MlflowOrder.Sort(versions, call.Texts("order_by"), Orders), MaxResults, MaxResults);
        return new MlflowVersionList
        {
            ModelVersions = [.. page.Select(version => MlflowView.Version(version, filter.Name ?? version.Model))],
            NextPageToken = next,
        };
    }

    private MlflowDownloadUri DownloadUri(MlflowCall call)
    {
        var (_, version) = Find(call);
        return new MlflowDownloadUri { ArtifactUri = MlflowView.ArtifactUri(version) };
    }

    private MlflowVersionAnswer Transition(MlflowCall call)
    {
        var (name, version) = Find(call);
        var stage = MlflowView.Stage("stage", call.Required("stage"));
        var reason = call.Text("reason");
        if (reason?.Length > MaxReason)
        {
            throw new MlflowRefusedException(MlflowProblems.Wrong("reason", string.Create(CultureInfo.InvariantCulture, $"at most {MaxReason} characters")));
        }

        // What was in Production is archived in any case: there can be only one that is served.
        if (call.Flag("archive_existing_versions") && stage == ModelStage.Staging)
        {
            foreach (var other in registry.List(version.Model).Where(other => other.Stage == stage && other.Version != version.Version))
            {
                registry.SetStage(other.Model, other.Version, ModelStage.Archived, call.Actor);
            }
        }

        return One(registry.SetStage(version.Model, version.Version, stage, call.Actor, reason), name);
    }

    private MlflowVersionAnswer Create(MlflowCall call)
    {
        var name = call.Required("name");
        var version = imports.Register(names.Resolve(name), call.Required("source"), new VersionOrigin(call.Actor));
        return One(version, name);
    }

    private (string Name, RegisteredVersion Version) Find(MlflowCall call)
    {
        var name = call.Required("name");
        return (name, registry.Find(names.Resolve(name), call.Required("version"))
            ?? throw new MlflowRefusedException(MlflowProblems.Missing("name, version: expected a version that is registered")));
    }

    private static MlflowVersionAnswer One(RegisteredVersion version, string name) => new() { ModelVersion = MlflowView.Version(version, name) };
}
