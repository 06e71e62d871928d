namespace Fraud.Http.Security;

/// <summary>Who may use an address: metadata of its endpoint.</summary>
internal sealed record AccessRule(Access Access);
