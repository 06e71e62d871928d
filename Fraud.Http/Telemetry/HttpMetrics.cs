using System.Diagnostics.Metrics;
using System.Globalization;

namespace Fraud.Http.Telemetry;

/// <summary>Requests by endpoint and status.</summary>
internal sealed class HttpMetrics
{
    public const string MeterName = "Fraud.Http";

    // Texts of the statuses, so that counting makes none.
    private static readonly string[] Statuses =
        [.. Enumerable.Range(0, 600).Select(static status => status.ToString(CultureInfo.InvariantCulture))];

    private static readonly KeyValuePair<string, object?> Shed = new("shed", "true");

    private readonly Counter<long> _requests;
    private readonly Counter<long> _clientsRefused;
    private long _all;
    private long _errors;

    public HttpMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("api_requests", null, "HTTP requests, by endpoint and status; shed=\"true\" for those refused because more came than there is room for.");
        _clientsRefused = meter.CreateCounter<long>(
            "fraud_tls_clients_refused", null, "Handshakes that ended for want of a trusted client certificate.");
    }

    /// <summary>All there were.</summary>
    public long Requests => Interlocked.Read(ref _all);

    /// <summary>Those answered with 500 or above, but for those that were shed.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <param name="isShed">Refused because more came than there is room for: no error, and a series of its own.</param>
    public void Count(string endpoint, int status, bool isShed)
    {
        Interlocked.Increment(ref _all);
        if (status >= 500 && !isShed)
        {
            Interlocked.Increment(ref _errors);
        }

        var (route, ended) = (new KeyValuePair<string, object?>("endpoint", endpoint), new KeyValuePair<string, object?>("status", Statuses[Math.Clamp(status, 0, 599)]));
        if (isShed)
        {
            _requests.Add(1, route, ended, Shed);
        }
        else
        {
            _requests.Add(1, route, ended);
        }
    }

    /// <summary>A handshake ended because of the client's certificate.</summary>
    public void ClientRefused() => _clientsRefused.Add(1);
}
