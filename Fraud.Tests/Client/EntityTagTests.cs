using System.Net;
using Fraud.Client;

namespace Fraud.Tests.Client;

/// <summary>A proxy that compresses makes tags weak, and a weak one is no condition of a change.</summary>
public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"v7\"")]
    [InlineData("W/\"v7\"")]
    public async Task Update_TagAsAProxyMadeIt_CanBeSentBack(string tag)
    {
        using var client = new FraudClient(
            new HttpClient(new CannedServer(_ =>
            {
                var response = CannedServer.Of(
                    HttpStatusCode.OK, """{"message":"Transaction status updated","transaction_id":"a","old_status":"NEW","new_status":"FRAUD","version":7}""");
                response.Headers.TryAddWithoutValidation("ETag", tag);
                return response;
            }))
            {
                BaseAddress = new Uri("http://service/"),
            },
            new FraudClientOptions { ApiKey = null });

        Assert.Equal("\"v7\"", (await client.Cases.UpdateAnomalyAsync("a", new StatusChange { NewStatus = CaseStatus.Fraud })).ETag);
    }
}
