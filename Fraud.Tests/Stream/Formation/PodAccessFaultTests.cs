using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Fraud.Stream.Formation;

namespace Fraud.Tests.Stream.Formation;

public sealed class PodAccessFaultTests
{
    [Theory]
    [InlineData(HttpStatusCode.Forbidden, """{"kind":"Status","message":"pods is forbidden"}""", "lacks the right to list pods; give it a Role with the verbs get, list and watch on pods, and a RoleBinding (deploy/kubernetes-discovery). The API says: pods is forbidden")]
    [InlineData(HttpStatusCode.Unauthorized, """{"kind":"Status","message":"Unauthorized"}""", "does not accept the token of this pod's service account. It says: Unauthorized")]
    [InlineData(HttpStatusCode.BadGateway, "<html>", "the API of Kubernetes answers 502: <html>")]
    [InlineData(HttpStatusCode.BadGateway, "", "the API of Kubernetes answers 502: nothing")]
    public void Explain_Refused_SaysWhatIsMissing(HttpStatusCode status, string body, string expected)
    {
        Assert.EndsWith(expected, PodAccessFault.Explain(new PodApiException(status, body)), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_NoAnswer_SaysWhy()
    {
        Assert.EndsWith("not answer: ConnectionRefused", PodAccessFault.Explain(new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused))), StringComparison.Ordinal);
        Assert.Contains("ca.crt", PodAccessFault.Explain(new HttpRequestException("x", new AuthenticationException("y"))), StringComparison.Ordinal);
        Assert.EndsWith("not answer in time", PodAccessFault.Explain(new TaskCanceledException()), StringComparison.Ordinal);
        Assert.EndsWith("cannot be asked: no token", PodAccessFault.Explain(new IOException("no token")), StringComparison.Ordinal);
    }
}
