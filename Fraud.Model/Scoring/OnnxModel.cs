using Fraud.Model.Reasons;
using Fraud.Model.Registry;
using Microsoft.ML.OnnxRuntime;

namespace Fraud.Model.Scoring;

/// <summary>
/// A loaded model that passed its probe. Thread-safe; each scoring thread makes its own
/// <see cref="OnnxScorer"/> of it. Dispose the scorers first.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    // Float sums in another order differ by less; a wrong file, column or threshold differs by far more.
    private const float GoldenTolerance = 1e-4f;

    private OnnxModel(InferenceSession session, ModelManifest manifest, ColumnMap columns, TreeShap? trees)
    {
        Session = session;
        Manifest = manifest;
        Columns = columns;
        Trees = trees;
    }

    public ModelManifest Manifest { get; }

    /// <summary>Exact contributions to its margin; null for a model that is not trees with covers.</summary>
    public TreeShap? Trees { get; }

    /// <summary>Name of the float tensor [rows, inputs] that the model takes.</summary>
    public string InputName => Session.InputNames[0];

    /// <summary>Name of the int64 tensor [rows] of classes that it gives.</summary>
    public string LabelName => Session.OutputNames[0];

    /// <summary>Name of the float tensor [rows, 2] of probabilities that it gives: legitimate, fraud.</summary>
    public string ProbabilitiesName => Session.OutputNames[1];

    internal InferenceSession Session { get; }

    internal ColumnMap Columns { get; }

    /// <summary>Loads model.onnx and manifest.json of a folder and probes them.</summary>
    /// <exception cref="ModelRefusedException">Digest, shape or golden rows are wrong, or a file cannot be read.</exception>
    public static OnnxModel Load(string directory)
    {
        var manifest = ModelManifest.Read(directory);
        var file = Path.Combine(directory, "model.onnx");
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException($"{file}: {error.Message}", error);
        }

        if (ModelManifest.DigestOf(content) != manifest.Sha256)
        {
            throw new ModelRefusedException($"{file}: its SHA-256 is not the manifest's sha256");
        }

        var columns = new ColumnMap(manifest);
        var model = new OnnxModel(Open(file, content), manifest, columns, TreeShap.Read(content, columns.Count));
        try
        {
            model.Probe(file);
            return model;
        }
        catch (OnnxRuntimeException error)
        {
            model.Dispose();
            throw new ModelRefusedException($"{file}: {error.Message}", error);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A scorer with buffers for up to that many rows; for one thread.</summary>
    public OnnxScorer CreateScorer(int maxBatchSize) => new(this, maxBatchSize);

    /// <summary>Fills a row with the model's inputs of a payment, in their order.</summary>
    /// <param name="features">In the order of <see cref="Features.FeatureCatalog"/>.</param>
    public void Gather(Transaction payment, ReadOnlySpan<float> features, Span<float> row) => Columns.Gather(payment, features, row);

    public void Dispose() => Session.Dispose();

    private static InferenceSession Open(string file, byte[] content)
    {
        // The scoring threads are ours: a pool of ONNX Runtime's own would only compete with them.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            return new InferenceSession(content, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelRefusedException($"{file}: {error.Message}", error);
        }
    }

    private void Probe(string file)
    {
        var metadata = Session.InputMetadata[Session.InputNames[0]];
        var input = metadata.Dimensions;
        if (Session.InputNames.Count != 1 || !metadata.IsTensor || metadata.ElementType != typeof(float)
            || input.Length != 2 || (input[1] > 0 && input[1] != Manifest.Inputs.Count))
        {
            throw new ModelRefusedException(
                $"{file}: expected one float input of [rows, {Manifest.Inputs.Count}] as the manifest's inputs say");
        }

        if (Session.OutputNames.Count < 2
            || !Session.OutputMetadata[Session.OutputNames[0]].IsTensor
            || Session.OutputMetadata[Session.OutputNames[0]].ElementType != typeof(long)
            || !Session.OutputMetadata[Session.OutputNames[1]].IsTensor
            || Session.OutputMetadata[Session.OutputNames[1]].ElementType != typeof(float))
        {
            throw new ModelRefusedException($"{file}: expected two outputs, labels (int64) and probabilities (float)");
        }

        if (Math.Max(InputName.Length, Math.Max(LabelName.Length, ProbabilitiesName.Length)) > ModelManifest.MaxNameLength)
        {
            throw new ModelRefusedException($"{file}: expected names of tensors of at most {ModelManifest.MaxNameLength} characters");
        }

        using var scorer = CreateScorer(1);
        // A row of zeros first: a manifest without golden rows shows at least that the model runs.
        if (!float.IsFinite(scorer.Score(1)[0]))
        {
            throw new ModelRefusedException($"{file}: expected a finite score of a row of zeros");
        }

        for (var row = 0; row < Manifest.Golden.Count; row++)
        {
            var golden = Manifest.Golden[row];
            scorer.SetRaw(0, [.. golden.Inputs]);
            var score = scorer.Score(1)[0];
            if (!float.IsFinite(score) || Math.Abs(score - golden.Score) > GoldenTolerance)
            {
                throw new ModelRefusedException($"{file}: golden row {row} scored {score}, the manifest says {golden.Score}");
            }
        }
    }
}
