using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// Holds queries to what an address says that it takes, each parameter once: one that were passed over would change what the
/// answer means, as a filter whose name is misspelt does. Addresses that are open to all, and that of metrics, pass over what they do not know,
/// since monitors, scrapers and browsers put things there; so do MLflow's, as MLflow does, but for known ones that come twice.
/// </summary>
internal static class QueryRules
{
    /// <summary>Behind who asks: strangers are told nothing else.</summary>
    public static void UseQueryRules(this WebApplication application) => application.Use(
        static next => context => context.Request.QueryString.HasValue && Mistake(context) is { } wrong ? wrong.Write(context) : next(context));

    private static Problem? Mistake(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata
            || metadata.GetMetadata<ApiDescription>() is not { } description
            || ApiDescriptionExtensions.AccessOf(metadata) is Access.Open or Access.Metrics)
        {
            return null;
        }

        foreach (var (name, values) in context.Request.Query)
        {
            var parameter = description.Parameters.FirstOrDefault(known => known.In == "query" && known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null && ProblemDialects.Of(context.Request.Path.Value) is not ProblemDialect.MlflowError)
            {
                return Unknown(description);
            }

            if (parameter is { IsList: false } && values.Count > 1)
            {
                return new Problem(400, "Bad Request", $"{parameter.Name}: expected once") { Field = parameter.Name, Expected = "once" };
            }
        }

        return null;
    }

    // Without the name that was sent: it may be anything, a card number too.
    private static Problem Unknown(ApiDescription description)
    {
        var names = string.Join(", ", description.Parameters.Where(static known => known.In == "query").Select(static known => known.Name));
        var expected = names.Length > 0 ? $"no parameters but {names}" : "no parameters";
        return new Problem(400, "Bad Request", $"query: expected {expected}") { Field = "query", Expected = expected };
    }
}
