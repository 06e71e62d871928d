namespace Fraud.Cli.Arguments;

/// <summary>
/// What a command could not do, said so that its user can act on it. Ends the program with this one line
/// and exit code 1.
/// </summary>
public sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
