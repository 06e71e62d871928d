namespace Fraud.Cli.Cluster;

/// <summary>A certificate that was made, and where it is.</summary>
internal sealed record MadeCertificate(string Name, string CertificateFile, string KeyFile, DateTimeOffset NotAfter);
