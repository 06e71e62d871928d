using Microsoft.AspNetCore.Builder;

namespace Fraud.Http.Idempotency;

/// <summary>An address that takes an Idempotency-Key: metadata of its endpoint.</summary>
internal sealed class IdempotencyRule
{
    public static IdempotencyRule Instance { get; } = new();
}

/// <summary>Says so where the address is mapped.</summary>
internal static class IdempotencyRuleExtensions
{
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(IdempotencyRule.Instance);
}
