namespace Fraud.Model.History;

/// <summary>
/// What happened in one span of time, and the sums of everything up to and with it. Sums make every
/// window a subtraction.
/// </summary>
internal struct Bucket
{
    /// <summary>Start of the bucket, seconds since 1970.</summary>
    public long Start;

    /// <summary>Payments up to and including this bucket.</summary>
    public int Count;

    /// <summary>Known frauds among them.</summary>
    public int Frauds;

    /// <summary>Sum of their amounts, in minor units.</summary>
    public long Amount;
}
