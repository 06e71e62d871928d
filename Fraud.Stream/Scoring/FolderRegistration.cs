using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>Registers the versions that lie in a model's folder, so that they can be listed, compared and promoted.</summary>
public sealed class FolderRegistration(ModelRegistry registry, ILogger<FolderRegistration> log)
{
    // Each new one is loaded and probed once, some 50 ms.
    private const int MaxVersions = 100;

    /// <summary>Takes in what is missing, the oldest first. A version that is refused is said, and passed over.</summary>
    /// <exception cref="StoreUnavailableException">Not all were looked at.</exception>
    public void RegisterMissing(ModelDirectory directory)
    {
        foreach (var folder in directory.Versions().TakeLast(MaxVersions))
        {
            try
            {
                var manifest = ModelManifest.Read(folder);
                if (registry.Find(manifest.Name, manifest.Version)?.Sha256 != manifest.Sha256)
                {
                    registry.Register(folder, new VersionOrigin(ModelRegistry.Shipped));
                }
            }
            catch (ModelRefusedException error)
            {
                StreamLog.NotRegistered(log, folder, error.Message);
            }
        }
    }
}
