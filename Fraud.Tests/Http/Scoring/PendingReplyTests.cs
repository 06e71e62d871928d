using Fraud.Http.Scoring;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Stream.Storage;

namespace Fraud.Tests.Http.Scoring;

public sealed class PendingReplyTests : IDisposable
{
    private readonly ReplyPool _pool = new(
        new AdmissionGate(new OpenLanes(), new ShardRouter(1), new ShardDirectory(1), new OverloadOptions(), TimeProvider.System),
        new OverloadOptions(), TimeProvider.System);

    [Fact]
    public async Task Fail_WhereAnotherRequestHadItsAnswer_LeavesNone()
    {
        var former = _pool.Rent(1);
        former.Complete(StoredPayments.Paid("former"));
        Assert.Equal(ReplyOutcome.Answered, await former.Outcome);
        former.Release();

        var reply = _pool.Rent(1);
        Assert.Same(former, reply);
        reply.Fail(StoredPayments.Paid("failed"), new OperationCanceledException());

        Assert.Equal(ReplyOutcome.Failed, await reply.Outcome);
        Assert.Null(reply.Answers[0].ScoredBy);
    }

    public void Dispose() => _pool.Dispose();
}
