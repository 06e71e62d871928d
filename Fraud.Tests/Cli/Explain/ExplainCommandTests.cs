using System.Text.Json;
using Fraud.Model.Features;
using Fraud.Stream.Storage;
using Fraud.Tests.Model;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Explain;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public ExplainCommandTests() => _model = ExplainableModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Explain_Features_IsAWaterfallToTheMargin()
    {
        var (exit, output, error) = await CommandLine.Run("explain", "--model", _model, "--features", "amount=320, card_count_1h=1");

        Assert.True(exit == 0, error);
        var lines = output.TrimEnd().Split('\n');
        Assert.Matches(@"^explainable version 1: score 0\.[89]\d+, block ", lines[0]);
        Assert.StartsWith("base ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("amount ", lines[4], StringComparison.Ordinal);
        Assert.Contains("++++", lines[4], StringComparison.Ordinal);
        Assert.Contains(lines, static line => line.Contains("missing", StringComparison.Ordinal));
        Assert.Equal(4 + ExplainableModel.Inputs.Length, lines.Length);
    }

    [Fact]
    public async Task Explain_JsonArray_GivesTheSameNumbersAsNames()
    {
        var named = await Json("--features", "amount=320,is_night=0,card_count_1h=1");
        var listed = await Json("--features", "[320, 0, 1, null]");

        Assert.Equal(named.ToString(), listed.ToString());
        var explanation = listed.GetProperty("explanation");
        var sum = explanation.GetProperty("base").GetDouble()
            + explanation.GetProperty("contributions").EnumerateArray().Sum(static one => one.GetProperty("contribution").GetDouble());
        Assert.Equal(listed.GetProperty("fraud_score").GetDouble(), 1 / (1 + Math.Exp(-sum)), 1e-5);
    }

    [Fact]
    public async Task Explain_StoredPayment_IsExplainedByItsStoredFeatures()
    {
        var payment = StoredPayments.Paid("tx-1", model: "payments", score: 0.25f);
        payment.Features.AsSpan().Clear();
        payment.Features[FeatureCatalog.IndexOf("amount")] = 320;
        using (var store = StoreFactory.Create(
            new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System))
        {
            store.Open();
            store.OwnAll(1).Commit(StoredPayments.FromHttp(payment));
        }

        var shown = await Json("--id", "tx-1", "--data", _folder.Path);

        Assert.Equal("tx-1", shown.GetProperty("transaction_id").GetString());
        Assert.Equal(320, shown.GetProperty("explanation").GetProperty("contributions")[0].GetProperty("value").GetDouble());
        Assert.Equal("1", shown.GetProperty("stored").GetProperty("model_version").GetString());
        Assert.Equal(0.25, shown.GetProperty("stored").GetProperty("fraud_score").GetDouble());
        var (exit, _, error) = await CommandLine.Run("explain", "--model", _model, "--id", "tx-2", "--data", _folder.Path);
        Assert.Equal(1, exit);
        Assert.Contains("--id: expected a payment that the store holds", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amount", "amount: expected amount=NUMBER")]
    [InlineData("amount=much", "amount: expected amount=NUMBER")]
    [InlineData("colour=3", "expected inputs of the model: amount, is_night")]
    [InlineData("[1,2]", "expected a JSON array of 4 numbers")]
    [InlineData("[1,2,", "expected a JSON array of 4 numbers")]
    public async Task Explain_WrongFeatures_SaysWhatWasExpected(string features, string message)
    {
        var (exit, _, error) = await CommandLine.Run("explain", "--model", _model, "--features", features);

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NeitherOrBoth_SaysWhatWasExpected()
    {
        Assert.Contains("expected either --features or --id", (await CommandLine.Run("explain", "--model", _model)).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLine.Run("explain", "--model", _model, "--features", "amount=1", "--id", "x")).Exit);
        Assert.Contains(
            "--model: expected a folder", (await CommandLine.Run("explain", "--model", _folder.File("none"), "--features", "amount=1")).Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exit, output, error) = await CommandLine.Run(["explain", "--model", _model, "--json", .. arguments]);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }
}
