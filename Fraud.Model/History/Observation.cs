namespace Fraud.Model.History;

/// <summary>What became of a payment that was shown to the histories.</summary>
public enum Observation
{
    /// <summary>It is counted and has its features.</summary>
    Counted,

    /// <summary>Its id was seen lately; it is not counted again.</summary>
    Repeated,

    /// <summary>Its card's history waits in the store and has to be loaded first; nothing happened.</summary>
    Away,
}
