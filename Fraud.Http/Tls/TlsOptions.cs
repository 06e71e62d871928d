using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Tls;

/// <summary>The certificate of addresses in Http:Urls that start with https. Config section "Tls".</summary>
public sealed class TlsOptions
{
    public const string Section = "Tls";

    /// <summary>PEM file with the certificate, then those between it and its root. Needed with https.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with the certificate's key, not encrypted. Empty: it is in <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// PEM file with the authorities whose clients may connect to https addresses (mutual TLS). Empty: clients bring no
    /// certificate.
    /// </summary>
    public string ClientCaFile { get; set; } = "";

    /// <summary>With <see cref="ClientCaFile"/>: whether a client without a certificate is refused. One with a wrong certificate always is.</summary>
    public ClientCertificate ClientCertificate { get; set; } = ClientCertificate.Required;

    /// <summary>How often the files are looked at; changed ones serve the next handshake.</summary>
    // Certificates change weeks before they end; a look reads a few kilobytes.
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>What clients must bring.</summary>
public enum ClientCertificate
{
    /// <summary>Without one the handshake fails.</summary>
    Required,

    /// <summary>Who has one shows it, for the time in which clients are given theirs.</summary>
    Optional,
}
