using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;

namespace Fraud.Tests.Stream.Scoring;

public sealed class DecideFlowTests
{
    [Fact]
    public void Apply_AnswersLeaveBeforeTheCommit_ButNotOfAPaymentThatGraphsFailedWith()
    {
        using var bench = new ScoringBench(ScoringBench.Shipped);
        var (answered, suspect) = (new CountedReply(), new CountedReply());
        var usual = ScoringBench.Paid("usual", "card");
        var suspected = ScoringBench.Paid("suspected", "card");
        (usual.Reply, suspected.Reply, suspected.IsSuspect) = (answered, suspect, true);
        var batch = Assert.Single(bench.Score([usual, suspected]));

        new DecideFlow(new ScoringOptions(), new KafkaPace(new OverloadOptions(), TimeProvider.System)).Apply(batch, bench.Champion.Current);

        // It may be poison yet, which must not have been answered (rule 19 of docs/decisions/0011).
        Assert.Equal((1, 0), (answered.Completed, suspect.Completed));
        Assert.Equal((true, false), (usual.IsAnswered, suspected.IsAnswered));
    }

    private sealed class CountedReply : IPaymentReply
    {
        public int Completed { get; private set; }

        public void Complete(Payment payment) => Completed++;

        public void Fail(Payment payment, Exception error) => throw new InvalidOperationException("It did not fail.");
    }
}
