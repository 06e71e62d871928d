using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Review;

/// <summary>Registers the review page.</summary>
internal static class ReviewExtensions
{
    public static IServiceCollection AddReviewPage(this IServiceCollection services) =>
        services.AddSingleton<IEndpoints, ReviewEndpoints>();
}
