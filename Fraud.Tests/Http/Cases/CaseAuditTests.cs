using System.Text;
using System.Text.Json;

namespace Fraud.Tests.Http.Cases;

public sealed class CaseAuditTests(FlaggingServer flagging) : IClassFixture<FlaggingServer>
{
    [Fact]
    public async Task Put_Status_IsInTheAuditLogWithWhoWhatAndWhen()
    {
        await flagging.Pay("audited");
        using var body = new StringContent("""{"new_status":"FRAUD"}""", Encoding.UTF8, "application/json");
        using var changed = await flagging.Server.Client.PutAsync(new Uri("/api/v1/anomalies/audited", UriKind.Relative), body);
        changed.EnsureSuccessStatusCode();

        using var read = await flagging.Server.Client.GetAsync(new Uri("/api/v1/audit?limit=10", UriKind.Relative));
        var entry = Assert.Single(
            (await FlaggingServer.Json(read)).GetProperty("data").EnumerateArray(),
            static entry => entry.GetProperty("action").GetString() == "Transaction status updated");

        Assert.StartsWith("anonymous", entry.GetProperty("actor").GetString(), StringComparison.Ordinal);
        Assert.Equal("done", entry.GetProperty("outcome").GetString());
        Assert.Contains("audited", entry.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("FRAUD", entry.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, entry.GetProperty("at").ValueKind);
    }
}
