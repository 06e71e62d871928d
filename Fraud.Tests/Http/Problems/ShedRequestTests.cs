using System.Diagnostics.Metrics;
using Fraud.Http.Problems;
using Fraud.Http.Telemetry;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Problems;

/// <summary>What is refused because more came than there is room for is no error of the service; every other 503 is one.</summary>
public sealed class ShedRequestTests
{
    [Theory]
    [InlineData(nameof(AdmissionOutcome.Full), true)]
    [InlineData(nameof(AdmissionOutcome.NotRunning), false)]
    public async Task Refusal_Of503_IsAnErrorUnlessItWasShed(string outcome, bool isShed)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new HttpMetrics(meters);
        var endings = new RequestEndings(metrics, new CallerWaits(meters, TimeProvider.System));
        string? shed = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                // Of this test's meters: other services run beside it.
                if (instrument.Name == "api_requests" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => shed = tags.ToArray().SingleOrDefault(static tag => tag.Key == "shed").Value as string);
        listener.Start();

        await endings.Invoke(
            new DefaultHttpContext { Response = { Body = new MemoryStream() } },
            context => Problem.Of(new Admission(Enum.Parse<AdmissionOutcome>(outcome), TimeSpan.FromSeconds(1))).Write(context));

        Assert.Equal((1, isShed ? 0 : 1), (metrics.Requests, metrics.Errors));
        Assert.Equal(isShed ? "true" : null, shed);
    }
}
