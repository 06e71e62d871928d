using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fraud.Model.Training;

/// <summary>
/// The finished trials of a search as JSON lines, the first of which says what was searched. Holds no times: the same
/// search leaves the same bytes, in one go or in several.
/// </summary>
public sealed class SearchJournal : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Opens the journal to go on with, or makes it.</summary>
    /// <exception cref="TrainingException">It is the journal of another search, or no journal.</exception>
    public SearchJournal(string file, SearchSetting setting)
    {
        _file = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Trials = Read(file, setting);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>By number, from 0 on, without gaps.</summary>
    public List<Trial> Trials { get; }

    /// <summary>Returns when the trial is on disk.</summary>
    public void Add(Trial trial)
    {
        Write(JsonSerializer.SerializeToUtf8Bytes(trial, SearchJson.Default.Trial));
        Trials.Add(trial);
    }

    public void Dispose() => _file.Dispose();

    private List<Trial> Read(string file, SearchSetting setting)
    {
        var content = new byte[_file.Length];
        _file.ReadExactly(content);
        // What follows the last line end was being written when the search was ended.
        var whole = content.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(whole);
        _file.Seek(whole, SeekOrigin.Begin);
        var expected = JsonSerializer.SerializeToUtf8Bytes(setting, SearchJson.Default.SearchSetting);
        if (whole == 0)
        {
            Write(expected);
            return [];
        }

        var trials = new List<Trial>();
        var isFirst = true;
        foreach (var range in content.AsSpan(0, whole - 1).Split((byte)'\n'))
        {
            var line = content.AsSpan(0, whole - 1)[range];
            if (isFirst)
            {
                isFirst = false;
                if (!line.SequenceEqual(expected))
                {
                    throw new TrainingException($"{file}: expected the journal of this search (same data, seed, features and folds); name another file");
                }

                continue;
            }

            try
            {
                trials.Add(JsonSerializer.Deserialize(line, SearchJson.Default.Trial)!);
            }
            catch (JsonException error)
            {
                throw new TrainingException($"{file}: line {trials.Count + 2}: expected a trial ({error.Message})");
            }
        }

        return trials;
    }

    private void Write(byte[] line)
    {
        _file.Write([.. line, (byte)'\n']);
        _file.Flush(flushToDisk: true);
    }
}

/// <summary>What decides a search's results.</summary>
/// <param name="Parameters">Those of the first trial.</param>
public sealed record SearchSetting(
    string DataSha256, int Seed, int MaxRounds, IReadOnlyList<string> Features, IReadOnlyList<string> TrainFrom,
    IReadOnlyDictionary<string, string> Parameters)
{
    public static SearchSetting Of(string dataSha256, int seed, TrainingOptions options, IReadOnlyList<TrainingOptions> folds) => new(
        dataSha256, seed, options.MaxRounds, options.Features,
        [.. folds.Select(static fold => fold.TrainFrom.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))],
        options.Parameters());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Trial))]
[JsonSerializable(typeof(SearchSetting))]
internal sealed partial class SearchJson : JsonSerializerContext;
