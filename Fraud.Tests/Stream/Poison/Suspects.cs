using Fraud.Stream.Poison;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Poison;

/// <summary>What a process knows of payments that graphs failed with: nothing at first.</summary>
internal static class Suspects
{
    public static PoisonSuspects New(PoisonOptions? options = null, TimeProvider? time = null) =>
        new(options ?? new PoisonOptions(), time ?? TimeProvider.System, NullLogger<PoisonSuspects>.Instance);
}
