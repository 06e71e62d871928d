using System.Diagnostics.CodeAnalysis;
using Fraud.Model.Scoring;

namespace Fraud.Stream.Scoring;

/// <summary>One thread's scorer of whatever model a holder has, held until it moves on to the next.</summary>
/// <remarks>One thread.</remarks>
internal sealed class HeldScorer(ModelHolder models, int maxRows)
{
    private OnnxScorer? _scorer;

    /// <summary>The model of the last <see cref="Use"/>.</summary>
    public ServedModel? Model { get; private set; }

    /// <summary>Takes the model that is in service now.</summary>
    [MemberNotNull(nameof(Model))]
    public OnnxScorer Use()
    {
        var current = models.Acquire();
        if (_scorer is not null && ReferenceEquals(current, Model))
        {
            current.Release();
            return _scorer;
        }

        Release();
        _scorer = current.Model.CreateScorer(maxRows);
        Model = current;
        return _scorer;
    }

    /// <summary>Lets go of the model. It can be used again.</summary>
    public void Release()
    {
        _scorer?.Dispose();
        _scorer = null;
        Model?.Release();
        Model = null;
    }
}
