namespace Fraud.Faults;

/// <summary>A run could not be carried out as planned: a violation too, because then nothing was shown.</summary>
public sealed class FaultSuiteException(string message) : Exception(message);
