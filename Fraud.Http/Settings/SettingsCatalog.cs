using Fraud.Stream.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Fraud.Http.Settings;

/// <summary>All sections that there are, taken from where each feature registers its own.</summary>
public static class SettingsCatalog
{
    private static readonly Lazy<IReadOnlyList<SettingsSection>> Read = new(ReadSections);

    /// <summary>Sections of the framework, which reads them itself: their names are known, what is in them is not looked at.</summary>
    internal static readonly string[] Foreign = ["Logging", "Kestrel", "AllowedHosts"];

    public static IReadOnlyList<SettingsSection> Sections => Read.Value;

    private static SettingsSection[] ReadSections()
    {
        // A service that is registered on defaults and never built.
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        // The host keeps what it is told in a source.
        builder.Configuration.AddInMemoryCollection();
        FraudServer.Register(builder, configure: null);
        return
        [
            .. builder.Services
                .Select(static service => service.ServiceType == typeof(SettingsSection) ? service.ImplementationInstance : null)
                .OfType<SettingsSection>()
                .DistinctBy(static section => section.Name),
        ];
    }
}
