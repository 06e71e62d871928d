using System.Globalization;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Keeps in service what is in Production of one model, and while nothing is, the newest version in the model's folder. A
/// version that fails its probe is refused once, and the old one stays.
/// </summary>
/// <remarks>One thread: <see cref="LookAtFolder"/>, <see cref="Ask"/> where the store answers, <see cref="Follow"/>.</remarks>
internal sealed class ProductionFollower(
    ModelDirectory directory, ModelHolder models, ModelRegistry registry, ModelCache cache, FolderRegistration folders, ILogger log)
{
    private readonly string _model = models.Current.ScoredBy.Model;
    private readonly bool _takesPayload = models.Current.TakesPayload;
    private FolderStamp _folder = FolderStamp.Newest(directory, default);
    private FolderStamp _newest;
    private FolderStamp _registered;
    private FolderStamp _told;
    private RegisteredVersion? _asked;
    private RegisteredVersion? _production;
    private string? _served;
    private string? _failed;
    private bool _isRefused;

    public void LookAtFolder() => _newest = FolderStamp.Newest(directory, _folder);

    /// <exception cref="Exception">The store is away. Nothing changes then but by the folder, if that is what is served.</exception>
    public void Ask()
    {
        if (_registered != _newest)
        {
            folders.RegisterMissing(directory);
            _registered = _newest;
        }

        _asked = registry.Production(_model);
    }

    /// <param name="isAsked">Whether the registry could be asked.</param>
    public void Follow(bool isAsked)
    {
        if (isAsked)
        {
            FollowRegistry();
        }

        if (_production is null)
        {
            TakeNewer();
        }

        _folder = _newest;
    }

    private void FollowRegistry()
    {
        if (_asked is not null)
        {
            TellOfNewer(_asked);
            Serve(_asked);
        }
        else if (_production is not null)
        {
            StreamLog.BackToFolder(log, _model, directory.Folder);
            (_served, _failed, _isRefused) = (null, null, false);
            // Whatever of the folder was seen meanwhile was not served.
            _folder = default;
        }

        _production = _asked;
    }

    private void Serve(RegisteredVersion production)
    {
        var id = $"{production.Version} {production.Sha256}";
        // A version that was refused stays so: its files are known by their digests. What the store or the disk could
        // not do is tried again.
        if (id == _served || (id == _failed && _isRefused))
        {
            return;
        }

        try
        {
            models.Swap(Load(cache.Fetch(production)));
            (_served, _failed) = (id, null);
            StreamLog.ModelInService(log, production.Model, production.Version);
        }
        catch (Exception error)
        {
            var isRefused = error is ModelRefusedException;
            if (id != _failed || isRefused != _isRefused)
            {
                StreamLog.ProductionRefused(log, production.Model, production.Version, error.Message);
            }

            (_failed, _isRefused) = (id, isRefused);
        }
    }

    private void TakeNewer()
    {
        _told = _newest;
        if (_newest == _folder)
        {
            return;
        }

        try
        {
            models.Swap(Load(_newest.Directory));
            StreamLog.ModelInService(log, models.Current.ScoredBy.Model, models.Current.ScoredBy.Version);
        }
        catch (Exception error)
        {
            StreamLog.ModelRefused(log, _newest.Directory, error);
        }
    }

    /// <summary>Who drops a folder expects it to be served.</summary>
    private void TellOfNewer(RegisteredVersion production)
    {
        if (_newest == _told)
        {
            return;
        }

        _told = _newest;
        try
        {
            var manifest = ModelManifest.Read(_newest.Directory);
            if (int.TryParse(manifest.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var dropped)
                && int.TryParse(production.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var served)
                && dropped > served)
            {
                StreamLog.NotServed(log, _newest.Directory, production.Version, manifest.Name, manifest.Version);
            }
        }
        catch (ModelRefusedException error)
        {
            StreamLog.NotRegistered(log, _newest.Directory, error.Message);
        }
    }

    private ServedModel Load(string folder) => ServedFolder.Load(directory, folder, _takesPayload, _model);
}
