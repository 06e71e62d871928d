using System.Net;
using Fraud.Stream.Audit;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Audit;

/// <summary>Who looked at flagged payments is in the audit log: who, with which filter, how many, and no card.</summary>
public sealed class ReadAuditTests
{
    [Fact]
    public async Task Reads_OfListsPaymentsAndAlerts_AreEntriesWithTheirNumber()
    {
        var flagging = new FlaggingServer(new() { ["Audit:ReadInterval"] = "00:00:00.200", ["AlertStream:PollInterval"] = "00:00:00.020" });
        await flagging.InitializeAsync();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                await flagging.Pay($"seen-{i}");
            }

            Assert.Equal(HttpStatusCode.OK, await Status(flagging.Server, "/api/v1/anomalies?status=NEW&min_score=0&sort=score&limit=2"));
            Assert.Equal(HttpStatusCode.OK, await Status(flagging.Server, "/api/v1/anomalies/seen-1"));
            Assert.Equal(HttpStatusCode.OK, await Status(flagging.Server, "/api/v1/anomaly?transaction_id=seen-2"));
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/alerts/stream");
            request.Headers.Add("Last-Event-ID", "0");
            using var stream = await flagging.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            var audit = flagging.Server.Services.GetRequiredService<IAuditLog>();
            await Poll.Until(() => Entries(audit).Sum(static entry => Payments(entry)) >= 2 + 1 + 1 + 3);
            var entries = Entries(audit);
            var listed = Assert.Single(entries, static entry => entry.Action == "flagged payments listed");
            Assert.Equal("sort score, status NEW, score from 0", listed.Subject);
            Assert.StartsWith("anonymous from ", listed.Actor, StringComparison.Ordinal);
            Assert.StartsWith("1 reads, 2 payments, from ", listed.Detail, StringComparison.Ordinal);
            Assert.Equal(["seen-1", "seen-2"], entries.Where(static entry => entry.Action == "flagged payment read").Select(static entry => entry.Subject).Order());
            Assert.Equal(3, entries.Where(static entry => entry.Action == "alerts streamed").Sum(Payments));
            Assert.All(entries, static entry => Assert.DoesNotContain("tok_card_of_", entry.ToString(), StringComparison.Ordinal));
        }
        finally
        {
            await flagging.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stop_ReadsNotWrittenYet_AreEntriesAfterwards()
    {
        using var folder = new TempFolder();
        var file = folder.File("fraud.db");
        var flagging = new FlaggingServer(new() { ["Audit:ReadInterval"] = "00:10:00", ["Storage:SqliteFile"] = file });
        await flagging.InitializeAsync();
        await flagging.Pay("stop-1");
        for (var i = 0; i < 25; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await Status(flagging.Server, "/api/v1/anomalies/stop-1"));
        }

        await flagging.DisposeAsync();

        using var store = new SqliteStore(new StorageOptions { SqliteFile = file }, "transactions", TimeProvider.System);
        store.Open();
        var entry = Assert.Single(new AuditQueries(store.Database).Read(long.MaxValue, 100), static entry => entry.Action == "flagged payment read");
        Assert.StartsWith("25 reads, 25 payments", entry.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NothingMoreCanBeRecorded_IsRefusedUntilItCan()
    {
        var audit = new HeldAudit { IsAway = true };
        var server = new ServerFixture(
            new() { ["Audit:MaxReadsWaiting"] = "2", ["Audit:ReadInterval"] = "00:00:00.050" }, services => services.AddSingleton<IAuditLog>(audit));
        await server.InitializeAsync();
        try
        {
            Assert.Equal(HttpStatusCode.OK, await Status(server, "/api/v1/anomalies?limit=1"));
            Assert.Equal(HttpStatusCode.OK, await Status(server, "/api/v1/anomalies?sort=score"));
            // Whether one is refused depends on whether a vain attempt holds the others just then; one after the other all are.
            await Poll.Until(async () => await Status(server, "/api/v1/anomalies?sort=amount") == HttpStatusCode.ServiceUnavailable);

            audit.IsAway = false;

            await Poll.Until(async () => await Status(server, "/api/v1/anomalies?sort=amount") == HttpStatusCode.OK);
            await Poll.Until(() => audit.Entries.Count(static entry => entry.Action == "flagged payments listed") >= 3);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<HttpStatusCode> Status(ServerFixture server, string path)
    {
        using var answer = await server.Client.GetAsync(path);
        return answer.StatusCode;
    }

    private static List<AuditEntry> Entries(IAuditLog audit) =>
        [.. audit.Read(long.MaxValue, 1_000).Where(static entry => entry.Action is "flagged payments listed" or "flagged payment read" or "alerts streamed")];

    private static int Payments(AuditEntry entry) =>
        int.Parse(entry.Detail.Split(", ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
