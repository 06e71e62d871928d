using System.Diagnostics;
using Fraud.Stream.Tracing;
using OpenTelemetry.Trace;

namespace Fraud.Http.Tracing;

/// <summary>
/// A part of a trace follows its parent here; what comes with a trace from elsewhere follows that, or the ratio; what
/// comes without follows the ratio.
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
        // PaymentTracer drew before it made one: a record that is not sampled makes nothing.
        samplingParameters.Kind == ActivityKind.Consumer && samplingParameters.ParentContext == default
            ? new SamplingResult(SamplingDecision.RecordAndSample)
            : _sampler.ShouldSample(samplingParameters);
}
