using Microsoft.AspNetCore.Authorization;

namespace Fraud.Http.Security;

/// <summary>Who may use an address: metadata of its endpoint, and its policy. Also an attribute of a gRPC method.</summary>
/// <param name="access">What a caller must hold; its name is the policy's.</param>
internal sealed class AccessRule(Access access) : AuthorizeAttribute(access.ScopeName())
{
    public Access Access => access;
}
