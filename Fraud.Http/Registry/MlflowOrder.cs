namespace Fraud.Http.Registry;

/// <summary>MLflow's order_by: keys with ASC or DESC behind them, the first counts most.</summary>
internal static class MlflowOrder
{
    /// <param name="keys">What can be ordered by.</param>
    /// <returns>The items in their own order where nothing is asked for.</returns>
    /// <exception cref="MlflowRefusedException">It asks for something else.</exception>
    public static IReadOnlyList<T> Sort<T>(IReadOnlyList<T> items, IReadOnlyList<string> orders, IReadOnlyDictionary<string, Func<T, IComparable>> keys)
    {
        IOrderedEnumerable<T>? sorted = null;
        foreach (var order in orders)
        {
            var words = order.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length is not (1 or 2) || !keys.TryGetValue(words[0].Trim('`', '"'), out var key))
            {
                throw Wrong(keys.Keys);
            }

            var isDown = words.Length == 2 && words[1].Equals("DESC", StringComparison.OrdinalIgnoreCase);
            if (!isDown && words.Length == 2 && !words[1].Equals("ASC", StringComparison.OrdinalIgnoreCase))
            {
                throw Wrong(keys.Keys);
            }

            sorted = sorted is null
                ? isDown ? items.OrderByDescending(key) : items.OrderBy(key)
                : isDown ? sorted.ThenByDescending(key) : sorted.ThenBy(key);
        }

        return sorted is null ? items : [.. sorted];
    }

    private static MlflowRefusedException Wrong(IEnumerable<string> keys) =>
        new(MlflowProblems.Wrong("order_by", $"{string.Join(", ", keys)}, each with ASC or DESC behind it or nothing"));
}
