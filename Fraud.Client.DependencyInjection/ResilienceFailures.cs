using Polly;

namespace Fraud.Client.DependencyInjection;

/// <summary>Stands above the resilience handler: what that gives up on is a request that was not answered, as the client knows it.</summary>
internal sealed class ResilienceFailures : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ExecutionRejectedException rejected)
        {
            throw new HttpRequestException(rejected.Message, rejected);
        }
    }
}
