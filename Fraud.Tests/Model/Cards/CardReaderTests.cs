using Fraud.Model.Cards;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Cards;

public sealed class CardReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_RowsEqualInAllButTime_KeepsTheFirst()
    {
        var read = CardReader.Read(CardFileOf.Write(
            _folder,
            CardFileOf.Header + "\n" + CardFileOf.Line(0, 1, 0) + CardFileOf.Line(5, 2, 1) + CardFileOf.Line(6, 2, 1)
                + CardFileOf.Line(7, 1, 0) + CardFileOf.Line(90_000, 3, 1)));

        Assert.Equal((3, 2), (read.Rows.Rows, read.Rows.Frauds));
        Assert.Equal((1, 1), (read.RepeatedFrauds, read.RepeatedLegitimate));
        Assert.Equal([0, 5, 90_000], Enumerable.Range(0, 3).Select(row => read.Rows.Row(row)[0]));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(row => read.Rows.Row(row)[1]));
        Assert.Equal(9.99f, read.Rows.Row(0)[29]);
        Assert.Equal(1, read.Rows.Info[2].Day);
    }

    [Fact]
    public void Read_QuotedHeaderAndClass_AreTaken()
    {
        var text = '"' + CardFileOf.Header.Replace(",", "\",\"", StringComparison.Ordinal) + "\"\n"
            + CardFileOf.Line(0, 1, 1).Replace(",1\n", ",\"1\"\n", StringComparison.Ordinal);

        Assert.Equal(1, CardReader.Read(CardFileOf.Write(_folder, text)).Rows.Frauds);
    }

    [Theory]
    [InlineData("Time,Amount\n", "line 1: expected the header Time,V1")]
    [InlineData("HEADER\n1,2,3\n", "line 2: expected 30 finite numbers")]
    [InlineData("HEADER\nLINE,7\n", "line 2: expected 30 finite numbers")]
    public void Read_NotTheDataSet_NamesTheLine(string text, string expected)
    {
        var file = CardFileOf.Write(
            _folder,
            text.Replace("HEADER", CardFileOf.Header, StringComparison.Ordinal)
                .Replace("LINE", CardFileOf.Line(0, 1, 0).Trim(), StringComparison.Ordinal));

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => CardReader.Read(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN", 0)]
    [InlineData("1e99", 0)]
    [InlineData("0.25", 2)]
    public void Read_ValueThatCannotBe_IsRefused(string value, int label)
    {
        var line = CardFileOf.Line(0, 1, label).Replace("0,1,", $"0,{value},", StringComparison.Ordinal);

        Assert.Throws<InvalidDataException>(() => CardReader.Read(CardFileOf.Write(_folder, CardFileOf.Header + "\n" + line)));
    }
}
