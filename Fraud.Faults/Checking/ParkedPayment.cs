namespace Fraud.Faults.Checking;

/// <summary>A payment whose row the database refused.</summary>
/// <param name="Shard">With sequence and ordinal: its place in the journal.</param>
/// <param name="Payment">What is kept of it.</param>
public sealed record ParkedPayment(int Shard, long Sequence, int Ordinal, string Id, CheckedPayment Payment);
