using System.Globalization;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Keeps in service what is in Production in the registry, and while nothing is, the newest version in the model's
/// folder. A version that fails its probe is refused once, and the old one stays.
/// </summary>
public sealed class ModelWatcher(
    ModelDirectory directory,
    ModelHolder models,
    ModelRegistry registry,
    ModelCache cache,
    FolderRegistration folders,
    IFraudStore store,
    ScoringOptions options,
    TimeProvider time,
    ILogger<ModelWatcher> log) : BackgroundService
{
    // The service starts with the folder's version when the store takes longer to say what is in Production.
    private static readonly TimeSpan StartWait = TimeSpan.FromSeconds(3);

    private readonly string _model = models.Current.ScoredBy.Model;
    private Task _first = Task.CompletedTask;
    private Seen _folder;
    private Seen _registered;
    private Seen _told;
    private RegisteredVersion? _production;
    private string? _served;
    private string? _failed;
    private bool _isRefused;
    private bool _isOpen;
    private bool _isAway;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _folder = Newest(default);
        _first = Task.Run(Look, CancellationToken.None);
        await _first.WaitAsync(StartWait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _first;
        using var timer = new PeriodicTimer(options.ModelPollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Look()
    {
        var newest = Newest(_folder);
        if (TryAskRegistry(newest, out var production))
        {
            Follow(production, newest);
        }

        if (_production is null)
        {
            TakeNewer(newest);
        }

        _folder = newest;
    }

    /// <summary>False while the store is away: then nothing changes but by the folder, if that is what is served.</summary>
    private bool TryAskRegistry(Seen newest, out RegisteredVersion? production)
    {
        production = null;
        try
        {
            if (!_isOpen)
            {
                store.Open();
                _isOpen = true;
            }

            if (_registered != newest)
            {
                folders.RegisterMissing();
                _registered = newest;
            }

            production = registry.Production(_model);
            _isAway = false;
            return true;
        }
        catch (Exception error)
        {
            if (!_isAway)
            {
                _isAway = true;
                StreamLog.RegistryAway(log, $"{error.Message} {error.InnerException?.Message}");
            }

            return false;
        }
    }

    private void Follow(RegisteredVersion? production, Seen newest)
    {
        if (production is not null)
        {
            TellOfNewer(newest, production);
            Serve(production);
        }
        else if (_production is not null)
        {
            StreamLog.BackToFolder(log, _model, options.Model);
            (_served, _failed, _isRefused) = (null, null, false);
            // Whatever of the folder was seen meanwhile was not served.
            _folder = default;
        }

        _production = production;
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
            models.Swap(directory.Load(cache.Fetch(production)));
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

    private void TakeNewer(Seen newest)
    {
        _told = newest;
        if (newest == _folder)
        {
            return;
        }

        try
        {
            models.Swap(directory.Load(newest.Directory));
            StreamLog.ModelInService(log, models.Current.ScoredBy.Model, models.Current.ScoredBy.Version);
        }
        catch (Exception error)
        {
            StreamLog.ModelRefused(log, newest.Directory, error);
        }
    }

    /// <summary>Who drops a folder expects it to be served.</summary>
    private void TellOfNewer(Seen newest, RegisteredVersion production)
    {
        if (newest == _told)
        {
            return;
        }

        _told = newest;
        try
        {
            var manifest = ModelManifest.Read(newest.Directory);
            if (int.TryParse(manifest.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var dropped)
                && int.TryParse(production.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var served)
                && dropped > served)
            {
                StreamLog.NotServed(log, newest.Directory, production.Version, manifest.Name, manifest.Version);
            }
        }
        catch (ModelRefusedException error)
        {
            StreamLog.NotRegistered(log, newest.Directory, error.Message);
        }
    }

    // A refused version is not tried again at every tick, but when its files changed: it may have been looked at
    // while they were still being copied.
    private Seen Newest(Seen before)
    {
        try
        {
            var newest = directory.Newest();
            return new Seen(newest, string.Join(' ', Directory.EnumerateFiles(newest).Order(StringComparer.Ordinal).Select(Stamp)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone for the moment, or for good: what is in service stays.
            return before;
        }
    }

    private static string Stamp(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Name}:{info.Length}:{info.LastWriteTimeUtc.Ticks}");
    }

    private readonly record struct Seen(string Directory, string Files);
}
