using System.Reflection;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.ApiDocs;

/// <summary>Says what an address is for, where the address is mapped.</summary>
internal static class ApiDescriptionExtensions
{
    // Of handlers that take and write bytes by themselves, which the framework would leave out of the document.
    private static readonly MethodInfo Bytes = ((Func<HttpContext, Task>)(static _ => Task.CompletedTask)).Method;

    public static TBuilder Describe<TBuilder>(this TBuilder endpoint, ApiDescription description)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(description);
        endpoint.Finally(builder => AddTypes(builder, description));
        return endpoint;
    }

    /// <summary>What an address needs, of all that is known about it; one that says nothing is closed, and described so.</summary>
    public static Access AccessOf(IEnumerable<object> metadata) => metadata.OfType<AccessRule>().LastOrDefault()?.Access ?? Access.Admin;

    /// <summary>Statuses that an address refuses with.</summary>
    public static IEnumerable<int> RefusalsOf(ApiDescription description, Access access)
    {
        // 400: of queries, which are held to what is described (QueryRules).
        int[] everywhere = access == Access.Open ? [429, 500] : [400, 401, 403, 429, 500];
        // An answer of this status may be no refusal here, as where a node says that it is not ready.
        return description.Problems.Concat(everywhere).Except(description.Answers.Select(static answer => answer.Status)).Order();
    }

    /// <summary>The framework makes schemas of what an endpoint says that it takes and answers.</summary>
    private static void AddTypes(EndpointBuilder endpoint, ApiDescription description)
    {
        if (!endpoint.Metadata.OfType<MethodInfo>().Any())
        {
            endpoint.Metadata.Add(Bytes);
        }

        if (description.Bodies.FirstOrDefault(static body => body.Type is not null) is { Type: { } taken })
        {
            endpoint.Metadata.Add(new TakenBody(taken, !description.NeedsBody));
        }

        foreach (var answer in description.Answers.Where(static answer => answer.Type is not null))
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(answer.Status, answer.Type, [answer.ContentType!]));
        }

        var dialect = ProblemDialects.Of(((RouteEndpointBuilder)endpoint).RoutePattern.RawText);
        foreach (var status in RefusalsOf(description, AccessOf(endpoint.Metadata)))
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, dialect.Body(), [dialect.ContentType()]));
        }
    }

    /// <summary>A body for the document alone: without content types, so that routing refuses none.</summary>
    private sealed class TakenBody(Type type, bool isOptional) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes => [];

        public Type? RequestType => type;

        public bool IsOptional => isOptional;
    }
}
