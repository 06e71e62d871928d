using Fraud.Benchmarks.Reasons;
using Fraud.Model.Reasons;
using Fraud.Tests.Model.Reasons;

namespace Fraud.Tests.Benchmarks.Reasons;

public sealed class PublishedTreeShapTests
{
    [Fact]
    public void Explain_RandomTrees_GivesWhatTheProductGives()
    {
        const int columns = 20;
        var random = new Random(3);
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var ensemble = new TreeEnsemble(columns, 0, [RandomTrees.Tree(random, columns, 10, emptyBranches: false), RandomTrees.Tree(random, columns, 6, emptyBranches: false)]);
            var row = RandomTrees.Row(random, columns);
            var (ours, theirs) = (new double[columns], new double[columns]);

            new TreeShap(ensemble).Explain(row, ours);
            new PublishedTreeShap(ensemble).Explain(row, theirs);

            Assert.All(ours.Zip(theirs), static pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }
    }
}
