using System.Security.Authentication;
using Fraud.Http.Security;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Tls;

/// <summary>Gives addresses that start with https their certificate.</summary>
internal static class TlsExtensions
{
    public static void AddTls(this WebApplicationBuilder builder, IReadOnlyCollection<string> urls)
    {
        builder.Services.AddSettings<TlsOptions>(builder.Configuration, TlsOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<TlsOptions>>(new TlsCheck(urls));
        if (!urls.Any(IsHttps))
        {
            return;
        }

        builder.Services.AddSingleton<ServerCertificate>();
        builder.Services.AddSingleton<ClientCertificates>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
            var clients = kestrel.ApplicationServices.GetRequiredService<TlsOptions>().ClientCaFile.Length > 0
                ? kestrel.ApplicationServices.GetRequiredService<ClientCertificates>()
                : null;
            https.OnAuthenticate = (_, handshake) =>
            {
                // With the certificates between it and its root, which a selector cannot give.
                handshake.ServerCertificateContext = certificate.Current;
                handshake.ServerCertificateSelectionCallback = null;
                if (clients is not null)
                {
                    // Kestrel's own mode would refuse who brings none without a word.
                    handshake.ClientCertificateRequired = true;
                    handshake.RemoteCertificateValidationCallback = clients.IsTrusted;
                }
            };
        }));
    }

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells at start, with all other mistakes, that there is no certificate to be used, or a way around it.</summary>
    private sealed class TlsCheck(IReadOnlyCollection<string> urls) : IValidateOptions<TlsOptions>
    {
        public ValidateOptionsResult Validate(string? name, TlsOptions options)
        {
            // Health checks and tools on the machine itself may do without.
            if (options.ClientCaFile.Length > 0 && !urls.All(static url => IsHttps(url) || FrontDoor.IsLoopback(url)))
            {
                return ValidateOptionsResult.Fail("Http:Urls: expected https, or loopback, because Tls:ClientCaFile keeps out who has no certificate");
            }

            if (!urls.Any(IsHttps))
            {
                return options.ClientCaFile.Length == 0
                    ? ValidateOptionsResult.Success
                    : ValidateOptionsResult.Fail("Http:Urls: expected an https address, because Tls:ClientCaFile is about those");
            }

            if (options.CertificateFile.Length == 0)
            {
                return ValidateOptionsResult.Fail("Tls:CertificateFile: expected a PEM file, because Http:Urls has an https address");
            }

            try
            {
                new CertificateFiles(options).ReadChanged();
                if (options.ClientCaFile.Length > 0)
                {
                    ClientCertificates.Read(options);
                }

                return ValidateOptionsResult.Success;
            }
            catch (CertificateFileException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }
}
