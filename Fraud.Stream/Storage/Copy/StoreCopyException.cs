namespace Fraud.Stream.Storage.Copy;

/// <summary>A store is not as a copy needs it, or was not copied as it is. Never quotes a row.</summary>
public sealed class StoreCopyException(string message, Exception? inner = null) : Exception(message, inner);
