using Fraud.Faults.Fuzz;
using Fraud.Stream.Overload;
using Fraud.Tests.Http;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Faults.Fuzz;

public sealed class FuzzRunTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Run_2000MutatedRequests_NothingUnexpectedAndTheGoodClientIsServed()
    {
        var gate = server.Services.GetRequiredService<AdmissionGate>();
        var options = new FuzzOptions { Requests = 2_000, Seed = 7, Rate = 0, GoodRate = 50, Alone = TimeSpan.FromSeconds(1) };

        var report = await new FuzzRun(server.Client.BaseAddress!, options).Run(CancellationToken.None);

        Assert.True(report.ViolationCount == 0, string.Join('\n', report.Violations));
        Assert.Equal(2_000, report.Requests);
        Assert.NotEmpty(report.Good!.Part(FuzzReport.BesidePart).Gross);
        await Poll.Until(() => gate.InFlight == 0);
    }

    [Fact]
    public void Make_SameNumberAndSeed_IsTheSameRequest()
    {
        var one = new RequestMutator(3, FuzzCorpus.Known);
        var two = new RequestMutator(3, FuzzCorpus.Known);

        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(one.Make(number).Bytes, two.Make(number).Bytes);
        }

        Assert.NotEqual(one.Make(0).Bytes, one.Make(1).Bytes);
    }
}
