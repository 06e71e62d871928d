using System.Text;
using Fraud.Cli.Arguments;
using Fraud.Cli.Labels;
using Fraud.Model.Decoding;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Labels;

public sealed class LabelFileTests
{
    [Fact]
    public void Read_AllColumnsInAnyOrder_AreTheLabelsInTheFilesOrder()
    {
        var labels = Read(
            "\uFEFFis_fraud,event_time,transaction_id,terminal_id,card_id\n"
            + "1,1700000000,t-1,term-1,card-1\r\n"
            + "\n"
            + "FALSE,2023-11-14T22:13:20Z,\"t,2\",,\"card \"\"x\"\"\"\n");

        Assert.Equal(2, labels.Count);
        Assert.Equal(("t-1", true, "card-1", "term-1", 1_700_000_000_000), Of(labels[0].Label));
        Assert.Equal(("t,2", false, "card \"x\"", "", 1_700_000_000_000), Of(labels[1].Label));
        Assert.Equal("""{"transaction_id":"t-1","card_id":"card-1","terminal_id":"term-1","event_time":1700000000,"is_fraud":true}""", labels[0].Json);
    }

    [Theory]
    [InlineData("", "line 1: expected a header with transaction_id and is_fraud")]
    [InlineData("transaction_id\nt", "line 1: expected a header")]
    [InlineData("transaction_id,is_fraud,card_number\n", "line 1: expected a header")]
    [InlineData("transaction_id,is_fraud,is_fraud\n", "line 1: expected a header")]
    [InlineData("transaction_id,is_fraud\nt,1\nt,1,2\n", "line 3: expected 2 values")]
    [InlineData("transaction_id,is_fraud\n,1\n", "line 2: transaction_id: expected")]
    [InlineData("transaction_id,is_fraud\nt,\n", "line 2: is_fraud: expected true, false, 1 or 0")]
    [InlineData("transaction_id,is_fraud\nt,perhaps\n", "line 2: is_fraud: expected true, false, 1 or 0")]
    [InlineData("transaction_id,is_fraud,event_time\nt,1,yesterday\n", "line 2: event_time: expected")]
    [InlineData("transaction_id,is_fraud,card_id\nt,1,\"4111111111111111\n", "line 2: expected a closing quote")]
    [InlineData("transaction_id,is_fraud,card_id\nt,1,4111111111111111\n", "line 2: card_id: expected a token")]
    public void Read_Wrong_NamesLineAndColumnAndQuotesNothing(string text, string message)
    {
        var error = Assert.Throws<CommandException>(() => Read(text));

        Assert.StartsWith("labels.csv: " + message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("perhaps", error.Message, StringComparison.Ordinal);
    }

    private static List<(Fraud.Model.Label Label, string Json)> Read(string text)
    {
        using var reader = new StringReader(text);
        return [.. new LabelFile("labels.csv", reader, new LabelReader(new TransactionLimits(), Guards.New())).Read()
            .Select(static each => (each.Label, Encoding.UTF8.GetString(each.Json.Span)))];
    }

    private static (string, bool, string, string, long) Of(Fraud.Model.Label label) =>
        (label.TransactionId.ToString(), label.IsFraud, label.CardId.ToString(), label.TerminalId.ToString(), label.EventTimeMs);
}
