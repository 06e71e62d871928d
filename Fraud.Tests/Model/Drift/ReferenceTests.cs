using Fraud.Model;
using Fraud.Model.Drift;
using Fraud.Model.Registry;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Drift;

public sealed class ReferenceTests
{
    private static readonly ModelInput[] Inputs = [new("amount", InputSource.Profile), new("card_count_1d", InputSource.Profile)];

    [Fact]
    public void Manifest_WithAReference_IsReadAsWritten()
    {
        using var folder = new TempFolder();
        var reference = Build();

        (ModelFolder.Manifest(Inputs) with { Reference = reference }).Write(folder.Path);
        var read = ModelManifest.Read(folder.Path).Reference!;

        Assert.Equal((reference.Rows, "2018-07-25", "2018-07-29"), (read.Rows, read.From, read.To));
        Assert.Equal(["amount", "card_count_1d"], read.Inputs.Select(static column => column.Name));
        Assert.Equal(reference.Inputs[0].Edges, read.Inputs[0].Edges);
        Assert.Equal(reference.Inputs[0].Counts, read.Inputs[0].Counts);
        Assert.Equal(reference.Score.Counts, read.Score.Counts);
        var source = Assert.Single(read.Categories, static category => category.Name == "source");
        Assert.Equal(["pos", "online"], source.Values);
        Assert.Equal(400, source.Counts.Sum(static cell => cell.Sum()));
        Assert.Equal("pos", Assert.Single(source.Amounts).Name);
    }

    [Fact]
    public void Manifest_WithoutAReference_HasNone()
    {
        using var folder = new TempFolder();
        ModelFolder.Manifest(Inputs).Write(folder.Path);

        Assert.Null(ModelManifest.Read(folder.Path).Reference);
        Assert.DoesNotContain("reference", File.ReadAllText(folder.File("manifest.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\": \"card_count_1d\",\n        \"edges\"", "\"name\": \"other\",\n        \"edges\"", "reference: inputs")]
    [InlineData("\"edges\": [", "\"edges\": [1000000,", "reference: amount")]
    [InlineData("\"counts\": [\n          [", "\"counts\": [\n          [-1,", "reference: amount")]
    public void Manifest_WithAReferenceThatCannotBe_IsRefused(string from, string to, string says)
    {
        using var folder = new TempFolder();
        (ModelFolder.Manifest(Inputs) with { Reference = Build() }).Write(folder.Path);
        var text = File.ReadAllText(folder.File("manifest.json"));
        var at = text.IndexOf(from, text.IndexOf("\"reference\"", StringComparison.Ordinal), StringComparison.Ordinal);
        File.WriteAllText(folder.File("manifest.json"), string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length)));

        var refused = Assert.Throws<ModelRefusedException>(() => ModelManifest.Read(folder.Path));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildCategories_NeverGiven_AreNotKnown()
    {
        var builder = new ReferenceBuilder(["amount"]);
        builder.Add([1], 0.5f, new Transaction { EventTimeMs = 1 });

        Assert.Empty(builder.Build().Categories);
        Assert.Equal(["source", "currency"], builder.BuildCategories(keepEmpty: true).Select(static category => category.Name));
    }

    private static Reference Build()
    {
        var builder = new ReferenceBuilder([.. Inputs.Select(static input => input.Name)]);
        var start = new DateTimeOffset(2018, 7, 25, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var payment = new Transaction { Currency = Currency.Euro };
        for (var i = 0; i < 400; i++)
        {
            payment.EventTimeMs = start + (i * 900_000L);
            payment.AmountMinor = i * 7;
            payment.Source.TrySet(i % 4 == 0 ? "online"u8 : "pos"u8);
            builder.Add([payment.Amount, i % 5], i / 400f, payment);
        }

        return builder.Build();
    }
}
