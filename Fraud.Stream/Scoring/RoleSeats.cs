namespace Fraud.Stream.Scoring;

/// <summary>The seats that the registry fills with versions of one model, beside the one in Production.</summary>
/// <param name="Challenger">Has the version with the alias "challenger".</param>
/// <param name="Shadow">Has the version with the alias "shadow".</param>
/// <param name="Staging">Has the newest version in Staging; null when the settings do not ask for it.</param>
internal sealed record RoleSeats(RoleSeat Challenger, RoleSeat Shadow, RoleSeat? Staging);
