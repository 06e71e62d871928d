using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Fraud.Stream.Formation;

/// <summary>Says in one line why the API of Kubernetes named no pods, and what to do about it.</summary>
public static class PodAccessFault
{
    public static string Explain(Exception fault) => Cause(fault) switch
    {
        PodApiException { Status: HttpStatusCode.Forbidden } refused =>
            "the API of Kubernetes refuses it: this pod's service account lacks the right to list pods; give it a Role with the verbs get, list and watch "
            + $"on pods, and a RoleBinding (deploy/kubernetes-discovery). The API says: {refused.Message}",
        PodApiException { Status: HttpStatusCode.Unauthorized } refused =>
            $"the API of Kubernetes does not accept the token of this pod's service account. It says: {refused.Message}",
        PodApiException refused => $"the API of Kubernetes answers {(int)refused.Status}: {refused.Message}",
        AuthenticationException => "the certificate of the API of Kubernetes is not of the authority in the service account's ca.crt, or not for its address",
        SocketException silent => $"the API of Kubernetes does not answer: {silent.SocketErrorCode}",
        OperationCanceledException => "the API of Kubernetes does not answer in time",
        var other => $"the API of Kubernetes cannot be asked: {other.Message}",
    };

    // Under what HTTP says of it.
    private static Exception Cause(Exception fault)
    {
        while (fault is HttpRequestException && fault.InnerException is { } inner)
        {
            fault = inner;
        }

        return fault;
    }
}
