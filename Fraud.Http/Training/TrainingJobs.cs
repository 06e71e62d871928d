using System.ComponentModel;
using System.Text.Json;
using Fraud.Model.Registry;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Training;

/// <summary>
/// Trains one model at a time beside the service, and remembers what became of it, over restarts too. Thread-safe.
/// </summary>
internal sealed class TrainingJobs(
    TrainingSettings settings,
    JobFiles files,
    StagedVersions staged,
    StoreTraining fromStore,
    TimeProvider time,
    ILogger<TrainingJobs> log) : IHostedService, IDisposable
{
    // Killing a process and writing its end takes milliseconds.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TrainingJob> _jobs = new(StringComparer.Ordinal);
    private CancellationTokenSource? _cancel;
    private TrainingState _endsAs;
    private string _running = "";
    private Task _run = Task.CompletedTask;
    private bool _stopped;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TrainingJob> All()
    {
        lock (_lock)
        {
            return [.. _jobs.Values.OrderByDescending(static job => job.JobId, StringComparer.Ordinal)];
        }
    }

    public TrainingJob? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.GetValueOrDefault(id);
        }
    }

    /// <summary>The file that a request is about; null when there is none.</summary>
    public string? DataOf(TrainingRequest request)
    {
        var file = Path.GetFullPath(settings.DataFile);
        file = request.Data is { } name ? Path.Combine(Path.GetDirectoryName(file)!, name) : file;
        return File.Exists(file) ? file : null;
    }

    /// <summary>Starts a job unless one runs.</summary>
    /// <param name="request">What to train.</param>
    /// <param name="data">The file it is about; null when it is about the store.</param>
    /// <param name="trigger">Who or what starts it, for people.</param>
    /// <param name="job">The new one, or the one that runs.</param>
    /// <exception cref="IOException">The work folder cannot be written.</exception>
    public bool TryStart(TrainingRequest request, string? data, string trigger, out TrainingJob job)
    {
        lock (_lock)
        {
            if (_running.Length > 0)
            {
                job = _jobs[_running];
                return false;
            }

            ObjectDisposedException.ThrowIf(_stopped, this);
            var now = time.GetUtcNow();
            job = new TrainingJob(
                $"train-{Guid.CreateVersion7(now):N}", TrainingState.Running, "starting", 0, staged.Model, staged.Next(), request, now,
                null, null, null, null, trigger);
            files.Write(job);
            var held = files.Hold(job.JobId);
            _jobs[job.JobId] = job;
            _running = job.JobId;
            _endsAs = TrainingState.Failed;
            _cancel?.Dispose();
            _cancel = new CancellationTokenSource();
            ForgetOldest();
            var started = job;
            var cancellation = _cancel.Token;
            _run = Task.Run(() => Run(started, data, held, cancellation), CancellationToken.None);
            TrainingLog.Started(log, job.JobId, job.Model, job.Version);
            return true;
        }
    }

    /// <summary>Ends a running job and waits until it has.</summary>
    /// <returns>The job as it is then.</returns>
    public async Task<TrainingJob> Cancel(TrainingJob job, CancellationToken cancellation)
    {
        Task run;
        lock (_lock)
        {
            if (_running != job.JobId)
            {
                return _jobs.GetValueOrDefault(job.JobId, job);
            }

            run = End(TrainingState.Cancelled);
        }

        await run.WaitAsync(StopPatience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Find(job.JobId) ?? job;
    }

    /// <summary>Takes over what earlier runs of the service left.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var job in files.Read())
            {
                _jobs[job.JobId] = job;
                if (!job.IsEnded)
                {
                    Finish(job with { Status = TrainingState.Interrupted, Error = "The service ended while it ran." });
                }
            }

            ForgetOldest();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Task run;
        lock (_lock)
        {
            _stopped = true;
            run = _running.Length > 0 ? End(TrainingState.Interrupted) : Task.CompletedTask;
        }

        return run.WaitAsync(StopPatience, time, cancellationToken);
    }

    public void Dispose() => _cancel?.Dispose();

    private Task End(TrainingState state)
    {
        _endsAs = state;
        // Callbacks run elsewhere: they may want the lock.
        _ = _cancel!.CancelAsync();
        return _run;
    }

    private async Task Run(TrainingJob job, string? data, FileStream held, CancellationToken cancellation)
    {
        TrainingJob ended;
        using var limit = new CancellationTokenSource(settings.MaxDuration, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            ended = data is null
                ? await fromStore.Run(job, (stage, done) => Advance(job.JobId, stage, done), () => _endsAs, either.Token)
                : await FromFile(job, data, either.Token);
        }
        catch (OperationCanceledException)
        {
            ended = limit.IsCancellationRequested && !cancellation.IsCancellationRequested
                ? job with { Status = TrainingState.Failed, Error = $"It took longer than {TrainingSettings.Section}:MaxDuration, {settings.MaxDuration}." }
                : job with { Status = _endsAs, Error = _endsAs == TrainingState.Cancelled ? "It was cancelled." : "The service ended while it ran." };
        }
        catch (Exception error)
        {
            if (error is not (IOException or Win32Exception or JsonException or UnauthorizedAccessException or ModelRefusedException
                or StoreUnavailableException))
            {
                TrainingLog.BrokeOff(log, job.JobId, error);
            }

            ended = job with { Status = TrainingState.Failed, Error = error.Message };
        }

        lock (_lock)
        {
            _running = "";
            Finish(ended);
            held.Dispose();
        }
    }

    private async Task<TrainingJob> FromFile(TrainingJob job, string data, CancellationToken cancellation)
    {
        // The trainer takes name and version from where it writes to.
        var made = Path.Combine(files.FolderOf(job.JobId), job.Model, job.Version);
        var (exit, output, errors) = await TrainerProcess.Run(
            settings, "train", ["--data", data, "--out", made, .. job.Request.Arguments()], new Dictionary<string, string>(),
            (stage, done) => Advance(job.JobId, stage, done), cancellation);
        return exit == 0
            ? job with
            {
                Status = TrainingState.Completed,
                Metrics = JsonSerializer.Deserialize<Dictionary<string, double>>(output, TrainingJob.Json),
                StagedIn = staged.Take(made, job.Version),
            }
            : job with { Status = TrainingState.Failed, Error = TrainerProcess.Reason(exit, errors) };
    }

    private void Advance(string id, string stage, double done)
    {
        lock (_lock)
        {
            if (_jobs.TryGetValue(id, out var job) && !job.IsEnded)
            {
                // In memory only: what a restart finds is that it was interrupted.
                _jobs[id] = job with { Stage = stage, Progress = done };
            }
        }
    }

    private void Finish(TrainingJob ended)
    {
        var before = _jobs[ended.JobId];
        ended = ended with
        {
            FinishedAt = time.GetUtcNow(),
            Stage = ended.Status == TrainingState.Completed ? "done" : before.Stage,
            Progress = ended.Status == TrainingState.Completed ? 1 : before.Progress,
        };
        _jobs[ended.JobId] = ended;
        files.Clean(ended);
        TrainingLog.Ended(log, ended.JobId, ended.Status, ended.Error ?? ended.StagedIn ?? "");
        try
        {
            files.Write(ended);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TrainingLog.NotWritten(log, ended.JobId, error.Message);
        }
    }

    private void ForgetOldest()
    {
        foreach (var job in _jobs.Values
            .Where(static job => job.IsEnded)
            .OrderBy(static job => job.JobId, StringComparer.Ordinal)
            .Take(Math.Max(0, _jobs.Count - settings.KeepJobs))
            .ToArray())
        {
            _jobs.Remove(job.JobId);
            files.Forget(job);
        }
    }
}
