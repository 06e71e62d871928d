namespace Fraud.Cli.Arguments;

/// <summary>Arguments that are wrong together. Ends the program with one line and exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
