using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Audit;

/// <summary>Registers the way to read the audit log, and says who asked for a change.</summary>
internal static class AuditExtensions
{
    public static IServiceCollection AddAudit(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AuditOptions>(configuration, AuditOptions.Section);
        services.AddSingleton<ReadLog>();
        services.AddHostedService(static provider => provider.GetRequiredService<ReadLog>());
        services.AddJson(AuditJson.Default).AddSingleton<IEndpoints, AuditEndpoint>();
        return services;
    }

    /// <inheritdoc cref="IAuditLog.Record"/>
    /// <param name="audit">Where.</param>
    /// <param name="context">The request whose caller did it.</param>
    /// <param name="action">What was done, in the past.</param>
    /// <param name="subject">To what: an id.</param>
    /// <param name="detail">From what to what, for example.</param>
    public static void Record(this IAuditLog audit, HttpContext context, string action, string subject, string detail = "") =>
        audit.Record(ActorOf(context), action, subject, detail);

    public static string ActorOf(HttpContext context)
    {
        var caller = Caller.Of(context);
        // Without a name the address is all there is to say.
        return caller.Kind == CallerKind.Anonymous ? $"anonymous from {context.Connection.RemoteIpAddress}" : caller.Name;
    }
}
