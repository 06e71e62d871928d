using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;

namespace Fraud.Tests.Model.Scoring;

public sealed class OnnxScorerTests : IDisposable
{
    private readonly OnnxModel _model = OnnxModel.Load(ModelFolder.Shipped);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Score_RowInAnyBatch_ScoresAsAlone()
    {
        var rows = Rows(600);
        using var single = _model.CreateScorer(1);
        var alone = rows.Select(row => Score(single, row)).ToArray();
        Assert.Contains(alone, static score => score > 0.5f);
        Assert.Contains(alone, static score => score < 0.01f);

        foreach (var size in (int[])[1, 2, 3, 7, 16, 64, 255, 256])
        {
            using var scorer = _model.CreateScorer(256);
            for (var start = 0; start < rows.Length; start += size)
            {
                var count = Math.Min(size, rows.Length - start);
                for (var row = 0; row < count; row++)
                {
                    scorer.SetRaw(row, rows[start + row]);
                }

                Assert.Equal(alone[start..(start + count)], scorer.Score(count).ToArray());
            }
        }
    }

    [Fact]
    public void Score_SmallerBatchAfterALarger_SeesNothingOfIt()
    {
        var rows = Rows(64);
        using var scorer = _model.CreateScorer(64);
        using var single = _model.CreateScorer(1);
        for (var row = 0; row < rows.Length; row++)
        {
            scorer.SetRaw(row, rows[row]);
        }

        scorer.Score(64);
        scorer.SetRaw(0, rows[63]);

        Assert.Equal([Score(single, rows[63])], scorer.Score(1).ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(float.MinValue)]
    [InlineData(float.Epsilon)]
    public void Score_StrangeValueInAnyColumn_IsAProbability(float value)
    {
        using var scorer = _model.CreateScorer(1);
        var usual = _model.Manifest.Golden[0].Inputs.ToArray();
        for (var column = 0; column <= usual.Length; column++)
        {
            var row = usual.ToArray();
            row.AsSpan(column == usual.Length ? 0 : column, column == usual.Length ? usual.Length : 1).Fill(value);

            Assert.InRange(Score(scorer, row), 0, 1);
        }
    }

    [Fact]
    public void Score_MoreRowsThanItHolds_Throws()
    {
        using var scorer = _model.CreateScorer(4);

        Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Score(5).Length);
    }

    [Fact]
    public void Score_ThreadsWithTheirOwnScorers_AgreeWithOne()
    {
        var rows = Rows(200);
        using var single = _model.CreateScorer(1);
        var alone = rows.Select(row => Score(single, row)).ToArray();

        Parallel.For(0, 4, _ =>
        {
            using var scorer = _model.CreateScorer(50);
            for (var start = 0; start < rows.Length; start += 50)
            {
                for (var row = 0; row < 50; row++)
                {
                    scorer.SetRaw(row, rows[start + row]);
                }

                Assert.Equal(alone[start..(start + 50)], scorer.Score(50).ToArray());
            }
        });
    }

    [Fact]
    public void SetRow_Payment_ScoresAsItsColumns()
    {
        var golden = _model.Manifest.Golden[^1];
        var features = new float[FeatureCatalog.Count];
        for (var column = 0; column < golden.Inputs.Count; column++)
        {
            features[FeatureCatalog.IndexOf(_model.Manifest.Inputs[column].Name)] = golden.Inputs[column];
        }

        using var scorer = _model.CreateScorer(1);
        scorer.SetRow(0, new Transaction(), features);

        Assert.Equal(golden.Score, scorer.Score(1)[0], 1e-5f);
    }

    [Fact]
    public void Gather_ProfileAndPayload_TakesEachFromItsPlace()
    {
        var columns = new ColumnMap(ModelFolder.Manifest(
            new ModelInput("V28", InputSource.Payload),
            new ModelInput("card_count_1d", InputSource.Profile),
            new ModelInput("Amount", InputSource.Payload),
            new ModelInput("amount", InputSource.Profile),
            new ModelInput("Time", InputSource.Payload)));
        var payment = new Transaction { HasPayload = true };
        for (var i = 0; i < Transaction.PayloadFeatures; i++)
        {
            payment.Payload[i] = 100 + i;
        }

        var features = Enumerable.Range(0, FeatureCatalog.Count).Select(static i => (float)i).ToArray();
        var row = new float[columns.Count];
        columns.Gather(payment, features, row);
        Assert.Equal([128, 3, 129, 0, 100], row);

        // What was not sent is missing, not what an earlier payment had.
        payment.Clear();
        columns.Gather(payment, features, row);
        Assert.Equal([float.NaN, 3, float.NaN, 0, float.NaN], row);
    }

    [Theory]
    [InlineData("amount", InputSource.Payload, "payload")]
    [InlineData("V29", InputSource.Payload, "payload")]
    [InlineData("Amount", InputSource.Profile, "profile")]
    [InlineData("", InputSource.Profile, "profile")]
    public void ColumnMap_UnknownInput_IsRefusedByName(string name, InputSource source, string place)
    {
        var error = Assert.Throws<ModelRefusedException>(() => new ColumnMap(ModelFolder.Manifest(new ModelInput(name, source))));

        Assert.Contains($"'{name}' is no feature of the {place}", error.Message, StringComparison.Ordinal);
    }

    private static float Score(OnnxScorer scorer, float[] row)
    {
        scorer.SetRaw(0, row);
        return scorer.Score(1)[0];
    }

    /// <summary>Rows around the golden ones, some with values missing.</summary>
    private float[][] Rows(int count)
    {
        var random = new Random(5);
        var golden = _model.Manifest.Golden;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var row = golden[i % golden.Count].Inputs.ToArray();
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                var column = random.Next(row.Length);
                row[column] = random.Next(4) == 0 ? float.NaN : golden[random.Next(golden.Count)].Inputs[column];
            }

            return row;
        })];
    }
}
