using System.Security.Authentication;
using Fraud.Stream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Http.Tls;

/// <summary>Gives addresses that start with https their certificate.</summary>
internal static class TlsExtensions
{
    public static void AddTls(this WebApplicationBuilder builder, IEnumerable<string> urls)
    {
        builder.Services.AddSettings<TlsOptions>(builder.Configuration, TlsOptions.Section);
        if (!urls.Any(static url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        builder.Services.AddSingleton<ServerCertificate>();
        builder.Services.AddSingleton<IValidateOptions<TlsOptions>, TlsCheck>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
            https.OnAuthenticate = (_, handshake) =>
            {
                // With the certificates between it and its root, which a selector cannot give.
                handshake.ServerCertificateContext = certificate.Current;
                handshake.ServerCertificateSelectionCallback = null;
            };
        }));
    }

    /// <summary>Tells at start, with all other mistakes, that there is no certificate to be used.</summary>
    private sealed class TlsCheck : IValidateOptions<TlsOptions>
    {
        public ValidateOptionsResult Validate(string? name, TlsOptions options)
        {
            if (options.CertificateFile.Length == 0)
            {
                return ValidateOptionsResult.Fail("Tls:CertificateFile: expected a PEM file, because Http:Urls has an https address");
            }

            try
            {
                new CertificateFiles(options).ReadChanged();
                return ValidateOptionsResult.Success;
            }
            catch (CertificateFileException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }
}
