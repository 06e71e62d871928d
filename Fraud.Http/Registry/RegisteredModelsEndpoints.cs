using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Stream.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Registry;

/// <summary>MLflow's <c>registered-models</c>: the models, their latest versions, and aliases.</summary>
internal sealed class RegisteredModelsEndpoints(ModelRegistry registry, MlflowNames names) : IEndpoints
{
    private const string Root = MlflowProblems.Prefix + "/registered-models";

    // Of a model itself; it has no tags.
    private static readonly string[] Attributes = [MlflowFilter.NameKey];

    // MLflow's own.
    private const int DefaultResults = 100;
    public const int MaxResults = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/list", MlflowCall.Answer(Search))
            .Needs(Access.Analyst).WithName("listRegisteredModels").Describe(MlflowDescriptions.List);
        routes.MapGet(Root + "/search", MlflowCall.Answer(Search))
            .Needs(Access.Analyst).WithName("searchRegisteredModels").Describe(MlflowDescriptions.SearchModels);
        routes.MapGet(Root + "/get", MlflowCall.Answer(Get))
            .Needs(Access.Analyst).WithName("getRegisteredModel").Describe(MlflowDescriptions.GetModel);
        routes.MapPost(Root + "/create", MlflowCall.Answer(Create))
            .Needs(Access.Admin).WithName("createRegisteredModel").Describe(MlflowDescriptions.CreateModel);
        routes.MapGet(Root + "/get-latest-versions", MlflowCall.Answer(Latest))
            .Needs(Access.Analyst).WithName("getLatestModelVersions").Describe(MlflowDescriptions.Latest);
        routes.MapPost(Root + "/get-latest-versions", MlflowCall.Answer(Latest))
            .Needs(Access.Analyst).WithName("queryLatestModelVersions").Describe(MlflowDescriptions.PostLatest);
        routes.MapPost(Root + "/alias", MlflowCall.Answer(SetAlias))
            .Needs(Access.Admin).WithName("setModelAlias").Describe(MlflowDescriptions.SetAlias);
        routes.MapGet(Root + "/alias", MlflowCall.Answer(GetAlias))
            .Needs(Access.Analyst).WithName("getModelVersionByAlias").Describe(MlflowDescriptions.GetAlias);
        routes.MapDelete(Root + "/alias", MlflowCall.Answer(RemoveAlias))
            .Needs(Access.Admin).WithName("deleteModelAlias").Describe(MlflowDescriptions.RemoveAlias);
    }

    private MlflowModelList Search(MlflowCall call)
    {
        var filter = MlflowFilter.Parse(call.Text("filter"), Attributes);
        var versions = registry.List().ToLookup(static version => version.Model);
        var models = registry.Models().Where(model => filter.Takes(_ => model.Name, static _ => null, names.Resolve)).ToList();
        var sorted = MlflowOrder.Sort(models, call.Texts("order_by"), new Dictionary<string, Func<StoredModel, IComparable>>
        {
            [MlflowFilter.NameKey] = static model => model.Name,
            ["timestamp"] = Changed,
            ["last_updated_timestamp"] = Changed,
        });
        var (page, next) = MlflowPage.Of(call, sorted, DefaultResults, MaxResults);
        return new MlflowModelList
        {
            RegisteredModels = [.. page.Select(model => MlflowView.Model(model, [.. versions[model.Name]], filter.Name ?? model.Name))],
            NextPageToken = next,
        };

        IComparable Changed(StoredModel model) => MlflowView.ChangedAtMs(model, versions[model.Name]);
    }

    private MlflowModelAnswer Get(MlflowCall call)
    {
        var (name, model) = Find(call);
        return new MlflowModelAnswer { RegisteredModel = MlflowView.Model(model, registry.List(model.Name), name) };
    }

    private MlflowModelAnswer Create(MlflowCall call)
    {
        var name = call.Required("name");
        if (!registry.AddModel(names.Resolve(name), call.Text("description") ?? "", call.Actor))
        {
            throw new MlflowRefusedException(MlflowProblems.Exists("name: expected one that no model has"));
        }

        return Get(call);
    }

    private MlflowVersionList Latest(MlflowCall call)
    {
        var (name, model) = Find(call);
        var asked = call.Texts("stages");
        var stages = asked.Count == 0 ? Enum.GetValues<ModelStage>() : [.. asked.Select(static stage => MlflowView.Stage("stages", stage)).Distinct()];
        return new MlflowVersionList
        {
            ModelVersions = [.. MlflowView.Latest(registry.List(model.Name), stages).Select(version => MlflowView.Version(version, name))],
        };
    }

    private MlflowDone SetAlias(MlflowCall call)
    {
        var (_, model) = Find(call);
        var (alias, version) = (call.Required("alias"), call.Required("version"));
        if (registry.Find(model.Name, version) is null)
        {
            throw new MlflowRefusedException(MlflowProblems.Missing("version: expected one of the model's"));
        }

        registry.SetAlias(model.Name, alias, version, call.Actor);
        return new MlflowDone();
    }

    private MlflowVersionAnswer GetAlias(MlflowCall call)
    {
        var (name, model) = Find(call);
        var version = registry.FindAlias(model.Name, call.Required("alias"))
            ?? throw new MlflowRefusedException(MlflowProblems.Missing("alias: expected one that the model has"));
        return new MlflowVersionAnswer { ModelVersion = MlflowView.Version(version, name) };
    }

    private MlflowDone RemoveAlias(MlflowCall call)
    {
        var (_, model) = Find(call);
        // As MLflow does: gone is gone.
        registry.RemoveAlias(model.Name, call.Required("alias"), call.Actor);
        return new MlflowDone();
    }

    private (string Name, StoredModel Model) Find(MlflowCall call)
    {
        var name = call.Required("name");
        var model = names.Resolve(name);
        return (name, registry.Models().FirstOrDefault(known => known.Name == model)
            ?? throw new MlflowRefusedException(MlflowProblems.Missing("name: expected a model that is registered")));
    }
}
