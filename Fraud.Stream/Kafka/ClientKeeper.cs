using Confluent.Kafka;
using Fraud.Stream.Ingest;
using Fraud.Stream.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Kafka;

/// <summary>
/// Has one client at a time: opens it, and in the place of one that failed, another after a growing wait. What may take long
/// runs elsewhere, so that the consumer's thread, which alone calls this, goes on with its commands.
/// </summary>
#pragma warning disable CA1001 // The source's kernel handle is never asked for, so there is nothing to dispose of.
internal sealed class ClientKeeper(
#pragma warning restore CA1001
    PartitionsSettings settings, RecordReader reader, SourceCounters counters, TimeProvider time, ILogger log, Action wake)
{
    private readonly Backoff _backoff = new(settings.Kafka.RestartMin, settings.Kafka.RestartMax);
    private readonly CancellationTokenSource _ended = new();
    private Task<PartitionsClient>? _opening;
    private PartitionsClient? _client;

    /// <summary>The client, or null while it is being opened; the thread is woken when it is there.</summary>
    /// <exception cref="KafkaException">It could not be opened; say <see cref="Failed"/>.</exception>
    public PartitionsClient? Current()
    {
        _opening ??= OpenAsync(failed: null, TimeSpan.Zero);
        if (_client is null && _opening.IsCompleted)
        {
            _client = _opening.GetAwaiter().GetResult();
            counters.State = SourceState.Running;
        }

        return _client;
    }

    /// <summary>A record came: what failed before is over.</summary>
    public void Works() => _backoff.Reset();

    /// <summary>The client, or its opening, failed: it is closed, and another is opened after a wait.</summary>
    public void Failed(KafkaException error)
    {
        var wait = _backoff.Next();
        PartitionsLog.ConsumerFailed(log, wait, error);
        counters.State = SourceState.Restarting;
        var failed = _client;
        _client = null;
        _opening = OpenAsync(failed, wait);
    }

    /// <summary>Closes the client, whatever state it is in. Never throws.</summary>
    public void Close()
    {
        _ended.Cancel();
        try
        {
            if (_opening is not null)
            {
                (_client ?? _opening.GetAwaiter().GetResult()).CloseAsync().GetAwaiter().GetResult();
            }
        }
        catch (Exception error)
        {
            // None could be opened; why was said, or is why all of this ends.
            PartitionsLog.NotCommitted(log, error.Message);
        }
    }

    private async Task<PartitionsClient> OpenAsync(PartitionsClient? failed, TimeSpan wait)
    {
        try
        {
            if (failed is not null)
            {
                await failed.CloseAsync();
            }

            await Task.Delay(wait, time, _ended.Token);
            return await Task.Factory.StartNew(
                () => PartitionsClient.Open(settings, reader, time, log),
                _ended.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            wake();
        }
    }
}
