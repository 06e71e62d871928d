namespace Fraud.Http.Inference.Rest;

/// <summary>What of a request has been read so far; its fields may come in any order.</summary>
internal struct InferenceReadState
{
    public int Features;
    public bool HasInput;
    public bool HasName;
    public bool HasType;
    public bool HasData;
    public bool HasOutputs;
    public bool IsNested;
    public int RowStart;
    public int Count;
    public int Rows;

    /// <summary>Bits of the outputs that say themselves whether they are to be bytes.</summary>
    public int Chosen;

    /// <summary>Of the whole request.</summary>
    public InferenceParameters All;

    /// <summary>Of the one input.</summary>
    public InferenceParameters Input;
}
