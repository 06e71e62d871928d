using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Tracing;

public sealed class PaymentTracerTests : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name is PaymentTracer.SourceName or "test",
        Sample = static (ref options) => options.Parent == default || options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? ActivitySamplingResult.AllDataAndRecorded
            : ActivitySamplingResult.PropagationData,
    };

    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Begin_TracingIsOff_MakesNothing()
    {
        ActivitySource.AddActivityListener(_listener);
        using var source = new ActivitySource("test");
        using var request = source.StartActivity("request");
        using var tracer = Tracer(new TracingOptions());

        Assert.Equal(0, Allocated(payment => tracer.Begin(payment)));
        Assert.Equal(0, Allocated(payment => tracer.BeginRecord(payment, null)));
        Assert.False(tracer.ReadsRecordHeaders);
        Assert.True(request!.Recorded);
    }

    [Fact]
    public void Begin_TraceIsNotSampled_MakesNothing()
    {
        ActivitySource.AddActivityListener(_listener);
        using var source = new ActivitySource("test");
        using var request = source.StartActivity(
            "request", ActivityKind.Server, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None));
        using var tracer = Tracer(new TracingOptions { Endpoint = "http://c:4318", SampleRatio = 0 });
        var headers = Headers("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");

        Assert.False(request!.Recorded);
        Assert.Equal(0, Allocated(payment => tracer.Begin(payment)));
        Assert.Equal(0, Allocated(payment => tracer.BeginRecord(payment, headers)));
        Assert.Equal(0, Allocated(payment => tracer.BeginRecord(payment, null)));
        Assert.True(tracer.IsOn);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true, "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true, null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false, "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("nonsense", true, "another")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", true, "another")]
    public void BeginRecord_WithAParent_IsPartOfItOrATraceOfItsOwn(string given, bool honour, string? expected)
    {
        _listener.Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded;
        ActivitySource.AddActivityListener(_listener);
        using var tracer = Tracer(new TracingOptions { Endpoint = "http://c:4318", SampleRatio = 1, HonourParent = honour });
        var payment = new Payment { KafkaOffset = 7 };

        tracer.BeginRecord(payment, Headers(given));

        var trace = payment.Trace?.TraceParent.Split('-')[1];
        Assert.Equal(expected, expected == "another" && trace is { Length: 32 } ? "another" : trace);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void Begin_MoreThanASecondMayHave_TheRestGoWithoutUntilTheNext()
    {
        ActivitySource.AddActivityListener(_listener);
        using var tracer = Tracer(new TracingOptions { Endpoint = "http://c:4318", SampleRatio = 1, MaxPaymentsPerSecond = 3 });

        Assert.Equal(3, Traced(tracer, 10));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Traced(tracer, 10));
    }

    [Fact]
    public void Failed_Twice_IsOneSpanThatSaysWhy()
    {
        var ended = new List<Activity>();
        _listener.ActivityStopped = ended.Add;
        ActivitySource.AddActivityListener(_listener);
        using var tracer = Tracer(new TracingOptions { Endpoint = "http://c:4318", SampleRatio = 1 });
        var payment = new Payment { KafkaOffset = 7, ArrivedTimestamp = _time.GetTimestamp() };
        tracer.BeginRecord(payment, null);

        payment.Trace!.Failed(payment, "the graph is stopping");
        payment.Trace.Failed(payment, "again");

        var span = Assert.Single(ended, activity => activity.TraceId.ToHexString() == payment.Trace.TraceParent.Split('-')[1]);
        Assert.Equal((ActivityStatusCode.Error, "the graph is stopping"), (span.Status, span.StatusDescription));
    }

    private PaymentTracer Tracer(TracingOptions options) => new(options, new KafkaOptions(), _time);

    private int Traced(PaymentTracer tracer, int payments) => Enumerable.Range(0, payments).Count(_ =>
    {
        var payment = new Payment { KafkaOffset = 1, ArrivedTimestamp = _time.GetTimestamp() };
        tracer.BeginRecord(payment, null);
        return payment.Trace is not null;
    });

    private static Headers Headers(string parent) => new() { { PaymentTracer.ParentHeader, Encoding.UTF8.GetBytes(parent) } };

    /// <summary>Bytes that a thousand payments cost, once the code is warm.</summary>
    private static long Allocated(Action<Payment> begin)
    {
        var payment = new Payment { KafkaOffset = 1 };
        begin(payment);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            begin(payment);
        }

        Assert.Null(payment.Trace);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
