using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.RateLimits;

/// <summary>What work an address makes, by which its requests are limited.</summary>
internal enum RateClass
{
    /// <summary>Payments, labels and inference: counted by what a request holds, where it is read (<c>Overload</c>).</summary>
    Payments,

    /// <summary>Questions to the store and about the service.</summary>
    Reads,

    /// <summary>Decisions, trainings, models.</summary>
    Changes,

    /// <summary>Pages and documents, which are the same for everyone.</summary>
    Pages,

    /// <summary>Whether the service is well.</summary>
    Probes,

    /// <summary>All metrics at once.</summary>
    Metrics,

    /// <summary>Events of other services, which prove by a signature where they are from.</summary>
    Webhooks,
}

/// <summary>The class of an address: metadata of its endpoint.</summary>
internal sealed record RateRule(RateClass Class)
{
    /// <summary>What an address is that does not say it, so that a new one is never without a limit.</summary>
    public static RateClass Default(Access access, string method) =>
        access is Access.Open ? RateClass.Pages
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? RateClass.Reads
        : RateClass.Changes;
}

internal static class RateRuleExtensions
{
    /// <summary>Says where an address is mapped what kind of work it makes.</summary>
    public static TBuilder Limited<TBuilder>(this TBuilder endpoint, RateClass kind)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RateRule(kind));
}
