namespace Fraud.Tests.Deploy;

public sealed class PromQlTests
{
    [Theory]
    [InlineData("sum by (le) (rate(a_bucket{x=~\"b|c\"}[5m])) / 2", "a_bucket")]
    [InlineData("a > 3 and on (instance) (b:c > 0 or sum by (d) (e)) unless f offset 1h", "a,b:c,e,f")]
    [InlineData("histogram_quantile(0.95, sum(rate(a[10m]))) or vector(0)", "a")]
    [InlineData("a:b_seconds:p99_5m > 0.5", "a:b_seconds:p99_5m")]
    [InlineData("time() - max(a{b=\"}\"})", "a")]
    public void Metrics_OfAnExpression_AreItsSelectorsAlone(string expression, string expected) =>
        Assert.Equal(expected.Split(','), PromQl.Metrics(expression).Order());
}
