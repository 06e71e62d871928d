namespace Fraud.Stream.Registry;

/// <summary>What was in Production before, as a stack: a promotion puts a version on top, a rollback takes one off.</summary>
internal static class ProductionHistory
{
    /// <summary>The version that a rollback puts back; null when there is none.</summary>
    /// <param name="changes">Of one model, oldest first.</param>
    /// <param name="production">The version in Production now; null when none is: then the last that was comes back.</param>
    public static string? Before(IEnumerable<StageChange> changes, string? production)
    {
        var stack = new Stack<string>();
        foreach (var change in changes.Where(static change => change.To == ModelStage.Production))
        {
            if (change.IsRollback)
            {
                stack.TryPop(out _);
            }
            else if (change.Replaced.Length > 0)
            {
                Put(stack, change.Replaced);
            }

            Put(stack, change.Version);
        }

        if (production is not null)
        {
            stack.TryPop(out _);
        }

        return stack.TryPop(out var before) ? before : null;
    }

    private static void Put(Stack<string> stack, string version)
    {
        if (!stack.TryPeek(out var top) || top != version)
        {
            stack.Push(version);
        }
    }
}
