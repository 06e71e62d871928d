using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Problems;

/// <summary>Registers how requests end that are refused or fail, and puts it before the addresses.</summary>
internal static class ProblemsExtensions
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        // The first that can write does; ours can always.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<FailedRequests>();
        services.AddSingleton<RequestEndings>();
        return services;
    }

    /// <summary>Every request ends in an answer of ours, and is counted.</summary>
    public static void UseProblems(this WebApplication application)
    {
        var endings = application.Services.GetRequiredService<RequestEndings>();
        application.UseExceptionHandler();
        application.Use(next => context => endings.Invoke(context, next));
    }
}
