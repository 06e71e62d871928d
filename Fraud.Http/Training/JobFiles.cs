using System.Text.Json;
using Fraud.Stream.Retraining;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Training;

/// <summary>
/// Jobs on disk: a folder each, with <c>job.json</c> and, while it runs, what it makes and a file that is locked as long as
/// its service lives. Several nodes of a machine may share the folder.
/// </summary>
internal sealed class JobFiles(TrainingSettings settings, ILogger<JobFiles> log)
{
    private const string File = "job.json";
    private const string Lock = "running";

    public string FolderOf(string id) => Path.Combine(Path.GetFullPath(settings.WorkFolder), id);

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(TrainingJob job)
    {
        var folder = Directory.CreateDirectory(FolderOf(job.JobId)).FullName;
        var next = Path.Combine(folder, File + ".new");
        System.IO.File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(job, TrainingJob.Json));
        // Whole or not at all, whenever the process dies.
        System.IO.File.Move(next, Path.Combine(folder, File), overwrite: true);
    }

    /// <summary>Marks a job as this process's own until it is disposed of, or the process dies.</summary>
    /// <exception cref="IOException">Another one has it, or the disk refuses.</exception>
    public FileStream Hold(string id) =>
        new(Path.Combine(FolderOf(id), Lock), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);

    /// <summary>Those of earlier runs, but none that another node has in hand; what cannot be read is said and left alone.</summary>
    public IEnumerable<TrainingJob> Read()
    {
        if (!Directory.Exists(settings.WorkFolder))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories(settings.WorkFolder))
        {
            TrainingJob? job = null;
            try
            {
                job = JsonSerializer.Deserialize<TrainingJob>(System.IO.File.ReadAllBytes(Path.Combine(folder, File)), TrainingJob.Json);
            }
            catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
            {
                TrainingLog.JobUnreadable(log, folder, error.Message);
            }

            if (job?.JobId == Path.GetFileName(folder) && (job.IsEnded || !IsHeld(job.JobId)))
            {
                yield return job;
            }
        }
    }

    private bool IsHeld(string id)
    {
        try
        {
            Hold(id).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Removes what a job made on its way.</summary>
    public void Clean(TrainingJob job) => Try(() =>
    {
        var made = Path.Combine(FolderOf(job.JobId), job.Model);
        var champion = Path.Combine(FolderOf(job.JobId), RetrainingPlanner.ChampionFolder);
        foreach (var folder in (string[])[made, champion])
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        // The next job of the same days takes over what an interrupted one exported.
        if (job.Status != TrainingState.Interrupted)
        {
            RetrainingRun.RemoveDataset(FolderOf(job.JobId));
        }
    });

    public void Forget(TrainingJob job) => Try(() => Directory.Delete(FolderOf(job.JobId), recursive: true));

    private void Try(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TrainingLog.NotRemoved(log, error.Message);
        }
    }
}
