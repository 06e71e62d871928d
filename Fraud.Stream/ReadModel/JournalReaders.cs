namespace Fraud.Stream.ReadModel;

/// <summary>Names under which positions are stored. Never change one.</summary>
public static class JournalReaders
{
    public const string Results = "results";

    public const string Alerts = "alerts";
}
