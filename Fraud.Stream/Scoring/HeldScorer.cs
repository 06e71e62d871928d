using Fraud.Model.Scoring;

namespace Fraud.Stream.Scoring;

/// <summary>One thread's scorer of whatever model a seat has, held until it moves on to the next.</summary>
/// <remarks>One thread.</remarks>
internal sealed class HeldScorer(ModelSeat seat, int maxRows)
{
    private OnnxScorer? _scorer;

    /// <summary>The model of the last <see cref="TryUse"/>; null when the seat was empty.</summary>
    public ServedModel? Model { get; private set; }

    /// <summary>Takes the model that is there now; null when none is.</summary>
    public OnnxScorer? TryUse()
    {
        var current = seat.TryAcquire();
        if (current is not null && ReferenceEquals(current, Model))
        {
            current.Release();
            return _scorer;
        }

        Release();
        if (current is not null)
        {
            _scorer = current.Model.CreateScorer(maxRows);
            Model = current;
        }

        return _scorer;
    }

    /// <summary>Lets go of the model when the seat is empty: nobody may ask for this scorer again.</summary>
    public void LetGoOfFormer()
    {
        if (Model is not null && seat.Occupant is null)
        {
            Release();
        }
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
