using Fraud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Tests.Http.Security;

/// <summary>Addresses that say who may use them in the framework's words, as those of gRPC may.</summary>
internal sealed class PlainPolicies : IEndpoints
{
    public const string Analyst = "/plain/analyst";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Analyst, (RequestDelegate)(static context => context.Response.WriteAsync("secret"))).RequireAuthorization("analyst");
}
