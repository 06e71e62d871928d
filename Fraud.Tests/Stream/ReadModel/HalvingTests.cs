using CsCheck;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class HalvingTests
{
    [Fact]
    public void Run_AnyAreRefused_FindsThemAndTakesTheOthersInOrder() => Gen.Bool.Array[0, 200].Sample(refused =>
    {
        var (taken, found, tries) = (new List<int>(), new List<int>(), 0);

        Halving.Run<string>(
            0, refused.Length,
            (from, to) =>
            {
                tries++;
                if (refused.AsSpan(from, to - from).Contains(true))
                {
                    return "refused";
                }

                taken.AddRange(Enumerable.Range(from, to - from));
                return null;
            },
            (at, why) => found.Add(why == "refused" ? at : -1));

        Assert.Equal(Enumerable.Range(0, refused.Length).Where(i => refused[i]), found);
        Assert.Equal(Enumerable.Range(0, refused.Length).Where(i => !refused[i]), taken);
        Assert.InRange(tries, 0, Math.Max(1, 2 * refused.Length));
    });

    /// <summary>What is refused for another is found behind it.</summary>
    [Fact]
    public void Run_RefusedBesideOneThatWasTaken_RefusesTheLater()
    {
        var (taken, found) = (new List<int>(), new List<int>());

        // No two that are a multiple of three apart.
        Halving.Run<string>(
            0, 9,
            (from, to) =>
            {
                var all = taken.Concat(Enumerable.Range(from, to - from)).ToList();
                if (all.Exists(one => all.Exists(other => other > one && (other - one) % 3 == 0)))
                {
                    return "refused";
                }

                taken = all;
                return null;
            },
            (at, _) => found.Add(at));

        Assert.Equal([0, 1, 2], taken);
        Assert.Equal([3, 4, 5, 6, 7, 8], found);
    }

    [Fact]
    public void Run_OneOfAThousand_NeedsFewTries()
    {
        var tries = 0;

        Halving.Run<string>(0, 1_000, (from, to) => ++tries > 0 && from <= 617 && to > 617 ? "refused" : null, static (_, _) => { });

        Assert.InRange(tries, 1, 21);
    }
}
