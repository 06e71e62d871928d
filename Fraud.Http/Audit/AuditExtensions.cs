using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Audit;

/// <summary>Registers the way to read the audit log, and says who asked for a change.</summary>
internal static class AuditExtensions
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddJson(AuditJson.Default).AddSingleton<IEndpoints, AuditEndpoint>();
        return services;
    }

    /// <inheritdoc cref="IAuditLog.Record"/>
    /// <param name="audit">Where.</param>
    /// <param name="context">The request whose caller did it.</param>
    /// <param name="action">What was done, in the past.</param>
    /// <param name="subject">To what: an id.</param>
    /// <param name="detail">From what to what, for example.</param>
    public static void Record(this IAuditLog audit, HttpContext context, string action, string subject, string detail = "")
    {
        var caller = Caller.Of(context);
        // Without a name the address is all there is to say.
        audit.Record(caller.Kind == CallerKind.Anonymous ? $"anonymous from {context.Connection.RemoteIpAddress}" : caller.Name, action, subject, detail);
    }
}
