using Fraud.Http.Alerts;
using Fraud.Model;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Http.Alerts;

[Collection(PostgresNodesCollection.Name)]
public sealed class AlertStreamClusterTests(PostgresServer postgres)
{
    [Fact]
    public async Task Stream_AlertsOfAnotherNode_ArriveAsWell()
    {
        var database = postgres.CreateDatabase();
        var shared = new FlaggingServer(new Dictionary<string, string?>
        {
            ["Storage:Kind"] = "Postgres",
            ["Storage:Postgres"] = database,
            ["AlertStream:PollInterval"] = "00:00:00.020",
        });
        await shared.InitializeAsync();
        await shared.Server.ServesAsync();
        try
        {
            using var other = StoreFactory.Create(
                new StorageOptions { Kind = StoreKind.Postgres, Postgres = database }, "transactions", TimeProvider.System);
            other.Open();
            var owned = new OwnedShards(other, 10).Claim(9, "other");
            using var events = await EventReader.Open(shared.Server.Client);
            await Poll.Until(() => shared.Server.Services.GetRequiredService<AlertFeed>().Window.End >= 0);

            owned.Commit(FromHttp(Paid("elsewhere", decision: Decision.Block, shard: 9)));
            Assert.Equal(["elsewhere"], await events.Payments(1));
            await shared.Pay("here");
            Assert.Equal(["here"], await events.Payments(1));
        }
        finally
        {
            await shared.DisposeAsync();
        }
    }
}
