namespace Fraud.Faults.Checking;

/// <summary>What the checker found.</summary>
/// <param name="Lost">Payments that were given to the service and are not in the store.</param>
/// <param name="Duplicated">Payments that are there, or in the journals, more than once.</param>
/// <param name="Violations">Everything that is not as it must be, lost and duplicated included, in words.</param>
public sealed record CheckReport(int Inputs, int Lost, int Duplicated, IReadOnlyList<string> Violations);
