namespace Fraud.Http.Security;

/// <summary>Who may use an address: metadata of its endpoint.</summary>
/// <param name="OrPeer">Nodes of the cluster may use it too, on their own port.</param>
internal sealed record AccessRule(Access Access, bool OrPeer = false);
