using Fraud.Benchmarks.Http;

namespace Fraud.Tests.Benchmarks.Http;

public sealed class WrkTests
{
    [Fact]
    public void Parse_Output_SplitsAnswersFromFailures()
    {
        // 10,000 answers in two seconds, 30 of them no 200; 7 requests died on the way.
        var result = Wrk.Parse("Running 2s test\n  1 threads\nfraud-bench 10000 2000000 30 7 1500 25000\n");

        Assert.Equal(new LoadResult(9_970, 37, TimeSpan.FromSeconds(2), 1.5, 25), result);
    }

    [Fact]
    public void Parse_OutputWithoutTheLine_Throws() =>
        Assert.Throws<InvalidDataException>(static () => Wrk.Parse("unable to connect"));
}
