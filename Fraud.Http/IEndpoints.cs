using Microsoft.AspNetCore.Routing;

namespace Fraud.Http;

/// <summary>
/// The addresses of one feature. Each says with <see cref="Security.AccessExtensions.Needs"/> who may use it.
/// A feature registers its own in its folder's extension; the server maps all there are.
/// </summary>
internal interface IEndpoints
{
    void Map(IEndpointRouteBuilder routes);
}
