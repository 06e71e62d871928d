using System.Text;
using Confluent.Kafka;
using Fraud.Cli.Arguments;
using Fraud.Model;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Labels;

/// <summary>Where imported labels go, in order.</summary>
internal interface ILabelTarget : IDisposable
{
    string Name { get; }

    void Send(in Label label, ReadOnlySpan<byte> json);

    /// <summary>Blocks until everything sent has arrived.</summary>
    void Complete(CancellationToken stopping);
}

/// <summary>Looks at everything and sends nothing.</summary>
internal sealed class NoLabelTarget : ILabelTarget
{
    public string Name => "nowhere (dry run)";

    public void Send(in Label label, ReadOnlySpan<byte> json)
    {
    }

    public void Complete(CancellationToken stopping)
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>The topic of labels. Labels of one payment keep their order.</summary>
internal sealed class LabelTopic : ILabelTarget
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan QueuePoll = TimeSpan.FromMilliseconds(100);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _brokers;
    private readonly string _topic;
    private Error? _failure;

    public LabelTopic(string brokers, string topic)
    {
        (_brokers, _topic) = (brokers, topic);
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = brokers,
            ClientId = "fraud-labels",
            // The same partition for the same payment, and no reordering when a request is repeated.
            Partitioner = Partitioner.Murmur2Random,
            EnableIdempotence = true,
            LingerMs = 5,
            DeliveryReportFields = "status",
            MessageTimeoutMs = 30_000,
        }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    public string Name => $"topic {_topic} at {_brokers}";

    public void Send(in Label label, ReadOnlySpan<byte> json)
    {
        var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(label.TransactionId.ToString()), Value = json.ToArray() };
        while (true)
        {
            ThrowIfFailed();
            try
            {
                _producer.Produce(_topic, message, report =>
                {
                    if (report.Error.IsError)
                    {
                        Interlocked.CompareExchange(ref _failure, report.Error, null);
                    }
                });
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(QueuePoll);
            }
        }
    }

    public void Complete(CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(LongestFlush);
        try
        {
            _producer.Flush(deadline.Token);
        }
        catch (OperationCanceledException error) when (!stopping.IsCancellationRequested)
        {
            throw new CommandException($"{_brokers}: expected all labels to be taken within {LongestFlush.TotalSeconds:0} s", error);
        }

        ThrowIfFailed();
    }

    public void Dispose() => _producer.Dispose();

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new CommandException(
                $"{_brokers}: expected topic {_topic} to take every label ({failure.Reason}); import the file again, each label counts once");
        }
    }
}

/// <summary>Straight into the store, without a broker: nodes hear of it through the label journal.</summary>
internal sealed class LabelStore(IFraudStore store, string topic) : ILabelTarget
{
    // As many as a node stores at once of the topic.
    private const int PageSize = 1_000;

    // Not through a topic: it has no offset to remember.
    private const int NoPartition = -1;

    private readonly List<Label> _page = [];

    public string Name => store.Kind;

    public void Send(in Label label, ReadOnlySpan<byte> json)
    {
        _page.Add(label);
        if (_page.Count == PageSize)
        {
            Store();
        }
    }

    public void Complete(CancellationToken stopping)
    {
        if (_page.Count > 0)
        {
            Store();
        }
    }

    public void Dispose() => store.Dispose();

    private void Store()
    {
        try
        {
            store.CommitLabels(topic, NoPartition, 0, _page);
        }
        catch (StoreUnavailableException error)
        {
            throw new CommandException($"{store.Kind}: expected the store to take the labels ({error.Message}); import the file again, each label counts once", error);
        }

        _page.Clear();
    }
}
