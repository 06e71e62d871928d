using Fraud.Stream.Registry;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Scoring;

/// <summary>
/// Looks at the registry and at the models' folders once an interval, and has the models that are served follow them: the
/// champion, the model of feature lists, and who is compared with them.
/// </summary>
public sealed class ModelWatcher : BackgroundService
{
    // The service starts with the folder's version when the store takes longer to say what is in Production.
    private static readonly TimeSpan StartWait = TimeSpan.FromSeconds(3);

    private readonly List<ProductionFollower> _production = [];
    private readonly List<RolesFollower> _roles = [];
    private readonly ShadowModels _shadows;
    private readonly IFraudStore _store;
    private readonly ScoringOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelWatcher> _log;
    private Task _first = Task.CompletedTask;
    private bool _isOpen;
    private bool _isAway;

    public ModelWatcher(
        ModelDirectory directory,
        ModelRoutes routes,
        ShadowModels shadows,
        ModelRegistry registry,
        ModelCache cache,
        FolderRegistration folders,
        IFraudStore store,
        ScoringOptions options,
        TimeProvider time,
        ILogger<ModelWatcher> log)
    {
        (_shadows, _store, _options, _time, _log) = (shadows, store, options, time, log);
        Add(directory, routes.Champion, shadows.Roles);
        if (routes.Features is { } features && shadows.FeatureRoles is { } featureRoles)
        {
            Add(new ModelDirectory(options, options.FeatureModel), features, featureRoles);
        }

        void Add(ModelDirectory of, ModelHolder served, RoleSeats seats)
        {
            _production.Add(new ProductionFollower(of, served, registry, cache, folders, log));
            _roles.Add(new RolesFollower(of, served, seats, registry, cache, log));
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _first = Task.Run(Look, CancellationToken.None);
        await _first.WaitAsync(StartWait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _first;
        using var timer = new PeriodicTimer(_options.ModelPollInterval, _time);
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
        _production.ForEach(static one => one.LookAtFolder());
        var isAsked = TryAsk();
        _production.ForEach(one => one.Follow(isAsked));
        if (!isAsked)
        {
            return;
        }

        // Behind Production: what is promoted is compared no more.
        var changed = false;
        foreach (var one in _roles)
        {
            changed |= one.Follow();
        }

        if (changed)
        {
            _shadows.Refresh();
        }
    }

    private bool TryAsk()
    {
        try
        {
            if (!_isOpen)
            {
                _store.Open();
                _isOpen = true;
            }

            _production.ForEach(static one => one.Ask());
            _roles.ForEach(static one => one.Ask());
            _isAway = false;
            return true;
        }
        catch (Exception error)
        {
            if (!_isAway)
            {
                _isAway = true;
                StreamLog.RegistryAway(_log, $"{error.Message} {error.InnerException?.Message}");
            }

            return false;
        }
    }
}
