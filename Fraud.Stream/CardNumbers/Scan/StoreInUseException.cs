namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>A service has the store that is to be mended.</summary>
public sealed class StoreInUseException(string message, Exception? inner = null) : Exception(message, inner);
