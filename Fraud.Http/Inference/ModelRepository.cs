using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Fraud.Http.Problems;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Inference;

/// <summary>
/// The models that can be asked by the protocol: the one in service, and versions that were loaded besides.
/// Loading here never changes what payments are scored with. Thread-safe.
/// </summary>
internal sealed class ModelRepository(
    RepositoryFolder folder,
    ModelDirectory directory,
    ModelHolder serving,
    InferenceOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Version), ServedModel> _loaded = new();
    private readonly ConditionalWeakTable<ServedModel, ModelStatistics> _statistics = [];
    private readonly SemaphoreSlim _change = new(1, 1);
    private bool _isDisposed;

    /// <summary>What can be asked now, in order of name and version; the models are not held.</summary>
    public IReadOnlyList<ServedModel> Ready =>
    [
        .. _loaded.Values.Append(serving.Current)
            .DistinctBy(static model => (model.ScoredBy.Model, model.ScoredBy.Version))
            .OrderBy(static model => model.ScoredBy.Model, StringComparer.Ordinal)
            .ThenBy(static model => model.ScoredBy.Version, Comparer<string>.Create(RepositoryEntry.CompareVersions)),
    ];

    /// <summary>Counted since the version was loaded.</summary>
    public ModelStatistics StatisticsOf(ServedModel model) => _statistics.GetOrCreateValue(model);

    /// <summary>The model, held for the caller, who releases it; or why there is none.</summary>
    /// <param name="version">Null: the one in service, or else the highest that is loaded.</param>
    public bool TryAcquire(string name, string? version, [NotNullWhen(true)] out ServedModel? model, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        model = serving.Acquire();
        if (Is(model, name, version))
        {
            return true;
        }

        model.Release();
        while (Ready.LastOrDefault(ready => Is(ready, name, version)) is { } found)
        {
            // It may be replaced or taken out in between: then another look finds what there is now.
            if (found.TryRetain())
            {
                model = found;
                return true;
            }
        }

        model = null;
        problem = Missing(name, version);
        return false;
    }

    /// <summary>Whether this very instance can still be asked.</summary>
    public bool IsReady(ServedModel model) =>
        ReferenceEquals(serving.Current, model)
        || (_loaded.TryGetValue((model.ScoredBy.Model, model.ScoredBy.Version), out var loaded) && ReferenceEquals(loaded, model));

    /// <summary>All there is, loaded or not.</summary>
    public List<RepositoryEntry> Index()
    {
        var ready = Ready;
        var entries = folder.List()
            .Select(entry => entry with { IsReady = ready.Any(model => Is(model, entry.Name, entry.Version)) })
            .ToList();
        entries.AddRange(ready
            .Where(model => !entries.Exists(entry => Is(model, entry.Name, entry.Version)))
            .Select(static model => new RepositoryEntry(model.ScoredBy.Model, model.ScoredBy.Version, "") { IsReady = true }));
        entries.Sort();
        return entries;
    }

    /// <summary>Loads and probes a version, or the highest there is; null when it can be asked then.</summary>
    public async Task<Problem?> Load(string name, string? version, CancellationToken cancellation)
    {
        await _change.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => LoadNow(name, version), CancellationToken.None);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Takes a loaded version out, or all of a model's; calls under way finish. Null when it is done.</summary>
    public async Task<Problem?> Unload(string name, string? version, CancellationToken cancellation)
    {
        await _change.WaitAsync(cancellation);
        try
        {
            var current = serving.Current;
            if (version is not null && Is(current, name, version))
            {
                return new Problem(409, "Conflict", "version: expected one that payments are not scored with");
            }

            var leaving = _loaded.Where(entry => Is(entry.Value, name, version)).ToList();
            foreach (var entry in leaving.Where(entry => _loaded.TryRemove(entry)))
            {
                entry.Value.Release();
            }

            return leaving.Count > 0 ? null
                : Is(current, name, version) ? new Problem(409, "Conflict", "model: expected one that payments are not scored with")
                : Missing(name, version);
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (var model in _loaded.Values)
        {
            model.Release();
        }

        _loaded.Clear();
        _change.Dispose();
    }

    private Problem? LoadNow(string name, string? version)
    {
        var entry = folder.List().LastOrDefault(entry => entry.Name == name && (version is null || entry.Version == version));
        if (entry is null)
        {
            return Is(serving.Current, name, version) ? null : Missing(name, version);
        }

        if (entry.Refusal is not null)
        {
            return Refused(entry.Refusal);
        }

        var key = (entry.Name, entry.Version);
        if (Is(serving.Current, entry.Name, entry.Version))
        {
            return null;
        }

        var isNew = !_loaded.TryGetValue(key, out var old);
        if (isNew && _loaded.Count >= options.MaxLoaded)
        {
            return new Problem(409, "Conflict", $"version: expected at most {options.MaxLoaded} loaded besides the one in service; unload one first");
        }

        try
        {
            _loaded[key] = directory.Load(entry.Folder);
            old?.Release();
            return null;
        }
        catch (ModelRefusedException error)
        {
            return Refused(error.Message);
        }
    }

    private static Problem Refused(string why) => new(422, "Unprocessable Entity", why);

    private Problem Missing(string name, string? version)
    {
        var entries = folder.ListLately().Where(entry => entry.Name == name).ToList();
        return entries.Count == 0 ? InferenceProblems.UnknownModel
            : version is null || entries.Exists(entry => entry.Version == version) ? InferenceProblems.NotLoaded
            : InferenceProblems.UnknownVersion;
    }

    private static bool Is(ServedModel model, string name, string? version) =>
        model.ScoredBy.Model == name && (version is null || model.ScoredBy.Version == version);
}
