using Confluent.Kafka;
using Fraud.Cli.Arguments;
using Fraud.Model;
using Fraud.Model.Decoding;

namespace Fraud.Cli.Feed;

/// <summary>
/// Produces payments, and the labels of frauds, no faster than the service commits them: a broker with a
/// short log (the in-process one) would forget what the service has not read yet.
/// </summary>
public sealed class KafkaFeeder : IPaymentFeeder
{
    // The service commits about every 200 ms; the window must see that soon enough not to run dry.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    private readonly KafkaFeederOptions _options;
    private readonly TimeProvider _time;
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly GroupProgress _payments;
    private readonly GroupProgress? _labels;
    private readonly ByteArrays _keys = new();
    private readonly ByteArrays _values = new();
    private readonly byte[] _buffer = new byte[TransactionWriter.MaxLength];
    private readonly Message<byte[], byte[]> _message = new();
    private readonly Action<DeliveryReport<byte[], byte[]>> _onPayment;
    private readonly Action<DeliveryReport<byte[], byte[]>> _onLabel;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _refreshing;
    private long _sent;

    private KafkaFeeder(KafkaFeederOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _producer = new ProducerBuilder<byte[], byte[]>(Config(options)).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        try
        {
            _payments = Track(options.Topic, options.Group);
            _labels = options.Labels ? Track(options.LabelTopic, options.LabelGroup) : null;
        }
        catch
        {
            _payments?.Dispose();
            _producer.Dispose();
            _closing.Dispose();
            throw;
        }

        _onPayment = report => OnReport(_payments, report);
        _onLabel = report => OnReport(_labels!, report);
        _refreshing = Task.Run(RefreshAsync);
    }

    public FeedTotals Totals =>
        new(Interlocked.Read(ref _sent), _payments.Acknowledged, 0, _payments.Failed + (_labels?.Failed ?? 0), _labels?.Acknowledged ?? 0);

    /// <exception cref="CommandException">No broker answers, or a topic is not there.</exception>
    public static Task<KafkaFeeder> ConnectAsync(KafkaFeederOptions options, TimeProvider time, CancellationToken stopping)
    {
        return Task.Run(
            () =>
            {
                try
                {
                    return new KafkaFeeder(options, time);
                }
                catch (KafkaException failure)
                {
                    throw new CommandException(
                        $"{options.BootstrapServers}: expected a Kafka broker to answer within {ConnectTime.TotalSeconds:0} s ({failure.Error.Reason})",
                        failure);
                }
            },
            stopping);
    }

    public async ValueTask SendAsync(FeedPayment payment, CancellationToken stopping)
    {
        var length = TransactionWriter.Write(payment.Payment, _buffer);
        await ProduceAsync(_options.Topic, _payments, payment, length, _onPayment, stopping);
        Interlocked.Increment(ref _sent);
        if (_labels is not null && payment.IsFraud)
        {
            length = TransactionWriter.WriteLabel(payment.Label, _buffer);
            await ProduceAsync(_options.LabelTopic, _labels, payment, length, _onLabel, stopping);
        }
    }

    /// <exception cref="CommandException">The service did not commit everything within <see cref="KafkaFeederOptions.Wait"/>.</exception>
    public async Task CompleteAsync(CancellationToken stopping)
    {
        await Task.Run(() => Flush(stopping), CancellationToken.None);
        if (_options.Wait == TimeSpan.Zero)
        {
            return;
        }

        var started = _time.GetTimestamp();
        while (!stopping.IsCancellationRequested && (_payments.InFlight > 0 || _labels?.InFlight > 0))
        {
            if (_time.GetElapsedTime(started) > _options.Wait)
            {
                throw new CommandException(
                    $"expected group {_options.Group} to commit everything within {_options.Wait.TotalSeconds:0} s; {_payments.InFlight} payments and {_labels?.InFlight ?? 0} labels are left (is the service running?)");
            }

            await Task.Delay(RetryInterval, _time, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _refreshing;
        _producer.Dispose();
        _payments.Dispose();
        _labels?.Dispose();
        _closing.Dispose();
    }

    private static ProducerConfig Config(KafkaFeederOptions options)
    {
        // A client that may not ask for the broker's version takes it for one without idempotent producers.
        var isIdempotent = options.Client.GetValueOrDefault("api.version.request") != "false";
        var config = new ProducerConfig
        {
            BootstrapServers = options.BootstrapServers,
            ClientId = "fraud-feed",
            Partitioner = Partitioner.Murmur2Random,
            // Either keeps the order of a card when a request is repeated; without idempotence one at a time is on its way.
            EnableIdempotence = isIdempotent,
            MaxInFlight = isIdempotent ? null : 1,
            LingerMs = 5,
            DeliveryReportFields = "status",
            MessageTimeoutMs = 60_000,
        };
        foreach (var (name, value) in options.Client)
        {
            config.Set(name, value);
        }

        return config;
    }

    private GroupProgress Track(string topic, string group)
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var metadata = admin.GetMetadata(topic, ConnectTime).Topics[0];
        if (metadata.Error.IsError || metadata.Partitions.Count == 0)
        {
            throw new CommandException($"{topic}: expected the topic to exist ({metadata.Error.Reason})");
        }

        return new GroupProgress(_options.BootstrapServers, _options.Client, topic, metadata.Partitions.Count, group);
    }

    private async ValueTask ProduceAsync(
        string topic,
        GroupProgress progress,
        FeedPayment payment,
        int length,
        Action<DeliveryReport<byte[], byte[]>> onReport,
        CancellationToken stopping)
    {
        if (_options.MaxInFlight > 0 && progress.InFlight >= _options.MaxInFlight)
        {
            await WaitForServiceAsync(topic, progress, stopping);
        }

        // The client copies both while Produce runs, so the arrays are free again when it returns.
        _message.Key = _keys.Holding(payment.Key.Utf8);
        _message.Value = _values.Holding(_buffer.AsSpan(0, length));
        progress.OnSending();
        while (true)
        {
            try
            {
                _producer.Produce(topic, _message, onReport);
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                if (stopping.IsCancellationRequested)
                {
                    progress.OnRefused();
                    stopping.ThrowIfCancellationRequested();
                }

                await Task.Delay(RetryInterval, _time, CancellationToken.None);
            }
        }
    }

    private async Task WaitForServiceAsync(string topic, GroupProgress progress, CancellationToken stopping)
    {
        var least = progress.InFlight;
        var moved = _time.GetTimestamp();
        var notice = _options.StallNotice;
        while (progress.InFlight is var left && left >= _options.MaxInFlight)
        {
            if (left < least)
            {
                least = left;
                moved = _time.GetTimestamp();
                notice = _options.StallNotice;
            }
            else if (_options.Wait > TimeSpan.Zero && _time.GetElapsedTime(moved) > _options.Wait)
            {
                throw new CommandException(
                    $"{topic}: expected group {_options.Group} to move on within {_options.Wait.TotalSeconds:0} s; {left} records wait for it (is the service running? --max-in-flight 0 sends without looking)");
            }

            if (_time.GetElapsedTime(moved) is var stalled && stalled >= notice)
            {
                _options.Stalled?.Invoke(new FeedStall(topic, stalled, left));
                notice *= 2;
            }

            await Task.Delay(RetryInterval, _time, stopping);
        }
    }

    private static void OnReport(GroupProgress progress, DeliveryReport<byte[], byte[]> report) =>
        progress.OnReport(report.Partition.Value, report.Offset.Value, report.Error.IsError);

    private async Task RefreshAsync()
    {
        if (_options.MaxInFlight == 0 && _options.Wait == TimeSpan.Zero)
        {
            return;
        }

        while (!_closing.IsCancellationRequested)
        {
            try
            {
                _payments.Refresh();
                _labels?.Refresh();
            }
            catch (KafkaException)
            {
                // A broker or coordinator that is away for a while: the window stays as it was, and the
                // feed ends with what is left when it stays so.
            }

            await Task.Delay(RefreshInterval, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Flush(CancellationToken stopping)
    {
        try
        {
            _producer.Flush(stopping);
        }
        catch (OperationCanceledException)
        {
            // Interrupted: a moment for what is on its way, the rest is given up.
            _producer.Flush(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>One array of each length: the client takes whole arrays, and payments have few lengths.</summary>
    private sealed class ByteArrays
    {
        private readonly byte[]?[] _byLength = new byte[TransactionWriter.MaxLength + 1][];

        public byte[] Holding(ReadOnlySpan<byte> content)
        {
            var array = _byLength[content.Length] ??= new byte[content.Length];
            content.CopyTo(array);
            return array;
        }
    }
}
