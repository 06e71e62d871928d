using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Tracing;

/// <summary>Where a collector takes OTLP, for spans and for metrics alike.</summary>
public static class OtlpAddress
{
    /// <param name="endpoint">With the path, or without: then the path is added where the protocol has one.</param>
    /// <param name="path">Of the signal, such as /v1/traces.</param>
    public static Uri Of(string endpoint, OtlpProtocol protocol, string path)
    {
        var address = new Uri(endpoint);
        return protocol == OtlpProtocol.Grpc || address.AbsolutePath.EndsWith(path, StringComparison.Ordinal)
            ? address
            : new Uri(endpoint.TrimEnd('/') + path);
    }

    /// <summary>What is wrong with an endpoint, which may be empty, and with the headers sent to it.</summary>
    public static IEnumerable<ValidationResult> Validate(string endpoint, string endpointName, string headers, string headersName)
    {
        if (endpoint.Length > 0 && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Query.Length == 0 && uri.UserInfo.Length == 0))
        {
            yield return new ValidationResult("expected http://HOST:PORT or https://HOST:PORT", [endpointName]);
        }

        // Nothing of them is quoted: they are mostly secrets.
        if (headers.Length > 0 && !headers.Split(',').All(static pair => pair.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            yield return new ValidationResult("expected NAME=VALUE, several with commas between them", [headersName]);
        }
    }
}

/// <summary>How OTLP travels to the collector.</summary>
public enum OtlpProtocol
{
    /// <summary>Protocol buffers over HTTP, usually port 4318.</summary>
    HttpProtobuf,

    /// <summary>gRPC, usually port 4317.</summary>
    Grpc,
}
