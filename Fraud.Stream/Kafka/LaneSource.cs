using Akka.Streams;
using Akka.Streams.Stage;

namespace Fraud.Stream.Kafka;

/// <summary>A lane's batches as a source. One element leaves the lane's queue for each that is asked for.</summary>
/// <remarks>
/// A stage, and not a channel read by <c>ChannelSource</c>: batches of a partition that was taken away can be removed from
/// <see cref="LaneQueue"/> and not from a channel; behind a channel each would have to be asked for its generation, and
/// could pass while the partition is being taken away.
/// </remarks>
internal sealed class LaneSource : GraphStage<SourceShape<CommittableBatch>>
{
    private readonly Outlet<CommittableBatch> _out = new("KafkaPartitions.out");
    private readonly LaneQueue _queue;

    public LaneSource(LaneQueue queue)
    {
        _queue = queue;
        Shape = new SourceShape<CommittableBatch>(_out);
    }

    public override SourceShape<CommittableBatch> Shape { get; }

    protected override Attributes InitialAttributes { get; } = Attributes.CreateName("kafka-partitions");

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly Outlet<CommittableBatch> _out;
        private readonly LaneQueue _queue;
        private bool _isAttached;

        public Logic(LaneSource stage) : base(stage.Shape)
        {
            _out = stage._out;
            _queue = stage._queue;
            SetHandler(_out, this);
        }

        public override void PreStart()
        {
            _isAttached = _queue.TryAttach(GetAsyncCallback(Go));
            if (!_isAttached)
            {
                FailStage(new InvalidOperationException("A lane of KafkaPartitions is read by one stream, once."));
                return;
            }

            EndWhenEmpty();
        }

        public override void OnPull() => Go();

        // Runs whenever the stage ends: by itself, cancelled, or because its graph failed.
        public override void PostStop()
        {
            if (_isAttached)
            {
                _queue.Detach();
            }
        }

        private void Go()
        {
            if (IsAvailable(_out) && _queue.Take() is { } batch)
            {
                Push(_out, batch);
            }

            EndWhenEmpty();
        }

        // No element has to be asked for to hear that there are no more.
        private void EndWhenEmpty()
        {
            if (!_queue.HasEnded(out var failure))
            {
                return;
            }

            if (failure is null)
            {
                CompleteStage();
            }
            else
            {
                FailStage(failure);
            }
        }
    }
}
