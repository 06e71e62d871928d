using System.IO.Compression;
using System.Text;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Training;

public sealed class HandbookReaderTests : IDisposable
{
    private const string Good = "0,1522540831,596,3156,57.16,0,0";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.csv")]
    [InlineData("compressed.csv.gz")]
    public void Read_GoodFile_GivesItsRows(string name)
    {
        var file = Write(name, Good, "7,1522540831,4961,3412,220.5,1,3", "8,1522541000,0,0,0,0,0");

        Assert.Equal(
            [
                new HandbookRow(0, 1_522_540_831, 596, 3_156, 5_716, false, 0),
                new HandbookRow(7, 1_522_540_831, 4_961, 3_412, 22_050, true, 3),
                new HandbookRow(8, 1_522_541_000, 0, 0, 0, false, 0),
            ],
            HandbookReader.Read(file));
    }

    [Fact]
    public void Read_HeaderOnly_GivesNone() => Assert.Empty(HandbookReader.Read(Write("empty.csv")));

    [Fact]
    public void Read_WindowsLineEnds_GivesTheSameRows()
    {
        var file = _folder.File("windows.csv");
        File.WriteAllText(file, $"{HandbookReader.Header}\r\n{Good}\r\n");

        Assert.Single(HandbookReader.Read(file));
    }

    [Theory]
    [InlineData("0,1522540831,596,3156,57.16,0")]
    [InlineData("0,1522540831,596,3156,57.16,0,0,0")]
    [InlineData("x,1522540831,596,3156,57.16,0,0")]
    [InlineData("-1,1522540831,596,3156,57.16,0,0")]
    [InlineData("0,2018-04-01,596,3156,57.16,0,0")]
    [InlineData("0,1522540831000000,596,3156,57.16,0,0")]
    [InlineData("0,1522540831,,3156,57.16,0,0")]
    [InlineData("0,1522540831,99999999999,3156,57.16,0,0")]
    [InlineData("0,1522540831,596,3156,-1,0,0")]
    [InlineData("0,1522540831,596,3156,NaN,0,0")]
    [InlineData("0,1522540831,596,3156,1e3,0,0")]
    [InlineData("0,1522540831,596,3156,57.165,0,0")]
    [InlineData("0,1522540831,596,3156,10000000000.01,0,0")]
    [InlineData("0,1522540831,596,3156,9999999999999999999999999999,0,0")]
    [InlineData("0,1522540831,596,3156,99999999999999999999999999999,0,0")]
    [InlineData("0,1522540831,596,3156,57.16,2,0")]
    [InlineData("0,1522540831,596,3156,57.16,true,0")]
    [InlineData("0,1522540831,596,3156,57.16,1,300")]
    [InlineData("0, 1522540831,596,3156,57.16,0,0")]
    public void Read_BadLine_NamesItAfterTheGoodOnes(string line)
    {
        using var rows = HandbookReader.Read(Write("bad.csv", Good, line)).GetEnumerator();
        Assert.True(rows.MoveNext());

        var error = Assert.Throws<InvalidDataException>(() => rows.MoveNext());

        Assert.Contains("bad.csv: line 3: expected transaction_id,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EarlierThanTheLineBefore_NamesIt()
    {
        var file = Write("order.csv", Good, "1,1522540830,596,3156,57.16,0,0");

        Assert.Contains(
            "order.csv: line 3: unix_seconds",
            Assert.Throws<InvalidDataException>(() => HandbookReader.Read(file).Count()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("TRANSACTION_ID,TX_DATETIME\n1,2\n")]
    [InlineData("0,1522540831,596,3156,57.16,0,0\n")]
    public void Read_OtherHeader_SaysWhichIsExpected(string content)
    {
        var file = _folder.File("header.csv");
        File.WriteAllText(file, content);

        Assert.Contains(
            "header.csv: line 1: expected the header transaction_id,",
            Assert.Throws<InvalidDataException>(() => HandbookReader.Read(file).Count()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotCompressedThoughNamedSo_IsInvalidData()
    {
        var file = _folder.File("plain.csv.gz");
        File.WriteAllText(file, $"{HandbookReader.Header}\n{Good}\n");

        Assert.Throws<InvalidDataException>(() => HandbookReader.Read(file).Count());
    }

    private string Write(string name, params string[] lines)
    {
        var file = _folder.File(name);
        using System.IO.Stream plain = File.Create(file);
        using var stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(plain, CompressionMode.Compress) : plain;
        stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend(HandbookReader.Header)) + "\n"));
        return file;
    }
}
