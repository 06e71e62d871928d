using Fraud.Stream.Storage.Copy;

namespace Fraud.Tests.Stream.Storage.Copy;

public sealed class CopyPlanTests
{
    private static readonly DescribedTable Lite = Table("cases", ("id", "TEXT"), ("at", "INTEGER"));
    private static readonly DescribedTable Large = Table("cases", ("at", "bigint"), ("id", "text"));

    [Fact]
    public void Of_ColumnsInAnotherOrder_PairsThemByName()
    {
        var table = Assert.Single(CopyPlan.Of([Lite], [Large, Table("cluster_nodes", ("host", "inet"))]));

        Assert.Equal("\"at\", \"id\"", table.ColumnList);
        Assert.Equal([CopiedType.Long, CopiedType.Text], table.Columns.Select(static column => column.Type));
    }

    [Fact]
    public void Of_TableThatOneStoreKeepsAsAnIndex_IsMadeOfTheOthersRows()
    {
        var payments = Table("transactions", ("transaction_id", "TEXT"), ("position", "INTEGER"));

        var tables = CopyPlan.Of(
            [payments], [Table("transactions", ("transaction_id", "text"), ("position", "bigint")), Table("transaction_ids", ("transaction_id", "text"))]);

        Assert.Equal([("transactions", "transactions"), ("transaction_ids", "transactions")], tables.Select(static table => (table.Name, table.From)));
    }

    public static TheoryData<string, string[], string[]> Unpaired => new()
    {
        { "notes: ", ["cases:id", "notes:id"], ["cases:id"] },
        { "notes: ", ["cases:id"], ["cases:id", "notes:id"] },
        { "cases.note: ", ["cases:id note"], ["cases:id"] },
        { "cases.note: ", ["cases:id"], ["cases:id note"] },
    };

    [Theory]
    [MemberData(nameof(Unpaired))]
    public void Of_TableOrColumnOfOneStoreAlone_IsRefusedByName(string named, string[] from, string[] into)
    {
        var refused = Assert.Throws<StoreCopyException>(() => CopyPlan.Of([.. from.Select(Parse)], [.. into.Select(Parse)]));

        Assert.StartsWith(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TypeThatIsNotCopied_IsRefusedByName()
    {
        var refused = Assert.Throws<StoreCopyException>(() => CopyPlan.Of([Lite], [Table("cases", ("id", "text"), ("at", "interval"))]));

        Assert.Equal("cases.at: expected a type that this program copies, found interval", refused.Message);
    }

    private static DescribedTable Parse(string text) => Table(text.Split(':')[0], [.. text.Split(':')[1].Split(' ').Select(static name => (name, "text"))]);

    private static DescribedTable Table(string name, params (string, string)[] columns) => new(name, columns);
}
