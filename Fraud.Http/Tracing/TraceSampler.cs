using System.Diagnostics;
using Fraud.Stream.Tracing;
using OpenTelemetry.Trace;

namespace Fraud.Http.Tracing;

/// <summary>
/// A part of a trace follows its parent here; what comes with a trace from elsewhere follows that, or the ratio; what
/// comes without follows the ratio. That much is the library's; two kinds of roots are drawn elsewhere.
/// </summary>
internal sealed class TraceSampler : Sampler
{
    private readonly ParentBasedSampler _sampler;

    public TraceSampler(TracingOptions options)
    {
        var ratio = new TraceIdRatioBasedSampler(options.SampleRatio);
        _sampler = options.HonourParent
            ? new ParentBasedSampler(ratio)
            : new ParentBasedSampler(ratio, remoteParentSampled: ratio, remoteParentNotSampled: ratio);
        Description = _sampler.Description;
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.ParentContext != default ? _sampler.ShouldSample(samplingParameters) : samplingParameters.Kind switch
        {
            // PaymentTracer drew before it made one. A sampler is asked too late: the runtime makes an object for each
            // root that it refuses, for every record of Kafka (PaymentTracerTests.Begin_TraceIsNotSampled_MakesNothing).
            ActivityKind.Consumer => new SamplingResult(SamplingDecision.RecordAndSample),
            // A statement of no request: the store's own work, which polls and commits all the time.
            ActivityKind.Client => new SamplingResult(SamplingDecision.Drop),
            _ => _sampler.ShouldSample(samplingParameters),
        };
}
