using Akka.Actor;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Support;

/// <summary>Keeps the lanes of a service still.</summary>
internal static class Lanes
{
    /// <summary>Takes every thread of the lanes until the gate is set, or the test's deadline passed.</summary>
    public static void Hold(IServiceProvider services, ManualResetEventSlim release)
    {
        var dispatcher = services.GetRequiredService<ActorSystem>().Dispatchers.Lookup(FraudEngine.OnnxDispatcher);
        for (var thread = 0; thread < services.GetRequiredService<BatchingOptions>().LaneThreads; thread++)
        {
            dispatcher.Schedule(() => release.Wait(Poll.Deadline));
        }
    }
}
