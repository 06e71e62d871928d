using System.Globalization;

namespace Fraud.Http.Security.SignIns;

/// <summary>Failed sign-ins of one source that have not been told yet.</summary>
/// <param name="Source">Such as "address 203.0.113.7".</param>
/// <param name="Sources">How many sources these are of.</param>
/// <param name="Since">When the first of them was.</param>
/// <param name="Faults">How many of each <see cref="SignInFault"/>.</param>
internal sealed record FailureBurst(string Source, int Sources, DateTimeOffset Since, IReadOnlyList<long> Faults)
{
    public long Count => Faults.Sum();

    /// <summary>Such as "300 failed sign-ins since 12:05:00Z: 297 wrong key, 3 wrong token".</summary>
    public string Words() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} failed sign-ins since {Since:HH:mm:ss}Z: {string.Join(", ", Enum.GetValues<SignInFault>().Where(fault => Faults[(int)fault] > 0).Select(Part))}");

    private string Part(SignInFault fault) => string.Create(CultureInfo.InvariantCulture, $"{Faults[(int)fault]} {fault.Words()}");

    public static FailureBurst Together(string source, IReadOnlyCollection<FailureBurst> bursts)
    {
        var faults = new long[SignInFaults.Count];
        foreach (var burst in bursts)
        {
            for (var fault = 0; fault < faults.Length; fault++)
            {
                faults[fault] += burst.Faults[fault];
            }
        }

        return new FailureBurst(source, bursts.Sum(static burst => burst.Sources), bursts.Min(static burst => burst.Since), faults);
    }
}
