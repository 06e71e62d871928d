namespace Fraud.Model;

/// <summary>What to do with a payment. The numbers are stored; never renumber.</summary>
public enum Decision : byte
{
    Approve = 0,
    Review = 1,
    Block = 2,
}
