using Confluent.Kafka;
using Fraud.Stream.Ingest;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Ingest;

/// <summary>Which client is replaced: one that lost all brokers and has told nothing since.</summary>
public sealed class BrokerSilenceTests
{
    private static readonly Error _down = new(ErrorCode.Local_AllBrokersDown);
    private static readonly Error _refused = new(ErrorCode.Local_Transport);

    private readonly FakeTimeProvider _time = new();
    private readonly BrokerSilence _silence;

    public BrokerSilenceTests() => _silence = new BrokerSilence(_time);

    [Fact]
    public void Polled_AllBrokersWereDownAndNothingSince_Throws()
    {
        _silence.Told(_down);
        _time.Advance(BrokerSilence.Longest - TimeSpan.FromMilliseconds(1));
        _silence.Polled(hasRecord: false);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(ErrorCode.Local_AllBrokersDown, Assert.Throws<KafkaException>(() => _silence.Polled(hasRecord: false)).Error.Code);
    }

    [Fact]
    public void Polled_BrokersAwayAndLookedFor_WaitsForThem()
    {
        _silence.Told(_down);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            _silence.Told(_refused);
            _silence.Polled(hasRecord: false);
        }
    }

    [Fact]
    public void Polled_RecordCame_ForgetsThatBrokersWereDown()
    {
        _silence.Told(_down);
        _silence.Polled(hasRecord: true);
        _silence.Told(_refused);
        _time.Advance(TimeSpan.FromHours(1));

        _silence.Polled(hasRecord: false);
    }

    [Fact]
    public void Polled_IdleTopic_IsNoSilence()
    {
        _silence.Told(_refused);
        _time.Advance(TimeSpan.FromHours(1));

        _silence.Polled(hasRecord: false);
    }
}
