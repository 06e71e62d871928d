namespace Fraud.Stream.Formation;

/// <summary>What the store says to who wants a lease.</summary>
public abstract record LeaseAnswer
{
    private LeaseAnswer()
    {
    }

    public sealed record Taken : LeaseAnswer;

    /// <summary>Another owner has it, whose lease is alive.</summary>
    public sealed record Owned(string Owner) : LeaseAnswer;

    /// <summary>Who asks was removed, or never registered.</summary>
    public sealed record Refused : LeaseAnswer;

    /// <summary>It changed hands while it was asked for: no one is named, ask again.</summary>
    public sealed record Unsettled : LeaseAnswer;
}
