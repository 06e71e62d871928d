namespace Fraud.Http.Edge;

/// <summary>Whoever sent the request is gone. Nobody's mistake here.</summary>
internal sealed class CallerLeftException(Exception cause) : Exception("The caller left in mid-body.", cause);
