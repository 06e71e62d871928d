using Fraud.Http.ApiDocs;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Http.Review;

/// <summary>Registers the review page.</summary>
internal static class ReviewExtensions
{
    public static IServiceCollection AddReviewPage(this IServiceCollection services) =>
        services.AddJson(ReviewJson.Default).AddSingleton<IEndpoints, ReviewEndpoints>().AddSingleton<IEndpoints, SessionEndpoints>();
}
