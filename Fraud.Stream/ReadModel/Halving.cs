namespace Fraud.Stream.ReadModel;

/// <summary>
/// Finds which of many are refused when they can only be tried together: what is refused is halved until single ones are left. In order, so each
/// is tried behind all that were taken before it, and what is refused for another that was taken is found too.
/// </summary>
/// <remarks>Of n with one that is refused, some 2 log n tries and as many as 2 n payments written; of n that all are, 2 n tries.</remarks>
internal static class Halving
{
    /// <param name="tryTake">Takes those from one up to another, all or none; answers why none, or null.</param>
    /// <param name="refuse">Told of each that is refused alone.</param>
    public static void Run<T>(int from, int to, Func<int, int, T?> tryTake, Action<int, T> refuse)
        where T : class
    {
        if (from >= to || tryTake(from, to) is not { } why)
        {
            return;
        }

        if (to - from == 1)
        {
            refuse(from, why);
            return;
        }

        var middle = from + ((to - from) / 2);
        Run(from, middle, tryTake, refuse);
        Run(middle, to, tryTake, refuse);
    }
}
