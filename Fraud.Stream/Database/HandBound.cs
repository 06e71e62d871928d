namespace Fraud.Stream.Database;

/// <summary>
/// What each database writes by statements of its own, in the transaction of a connection: labels, which change histories, and rows that
/// come by the thousand.
/// </summary>
internal sealed record HandBound(ILabelWriter Labels, IShadowWriter Shadows);
