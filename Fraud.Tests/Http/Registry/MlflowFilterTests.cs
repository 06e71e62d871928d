using Fraud.Http.Registry;

namespace Fraud.Tests.Http.Registry;

public sealed class MlflowFilterTests
{
    private static readonly string[] Attributes = ["name", "version_number", "run_id"];

    private static readonly Dictionary<string, string> Tags = new() { ["sha256"] = "abc", ["metric.recall"] = "0.5", ["odd key"] = "AND x" };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("name = 'payments'")]
    [InlineData("name='payments'")]
    [InlineData("`name` = \"payments\"")]
    [InlineData("name != 'cards'")]
    [InlineData("name LIKE 'pay%'")]
    [InlineData("name ilike 'PAY_ENTS'")]
    [InlineData("name IN ('cards', 'payments')")]
    [InlineData("name = 'alias'")]
    [InlineData("version_number = '12'")]
    [InlineData("version_number=12")]
    [InlineData("version_number > 9 AND version_number <= 12")]
    [InlineData("name = 'payments' and tags.sha256 = 'abc'")]
    [InlineData("tag.`odd key` = 'AND x' AND name LIKE '%'")]
    [InlineData("tags.`metric.recall` >= 0")]
    [InlineData("tag.\"sha256\" LIKE 'a%'")]
    [InlineData("tags.absent != 'x'")]
    // What MLflow's own clients add to every search of models.
    [InlineData("tag.`mlflow.prompt.is_prompt` != 'true'")]
    [InlineData("name LIKE 'pay%' AND tag.`mlflow.prompt.is_prompt` != 'true'")]
    [InlineData("run_id != 'r'")]
    public void Takes_WhatIsSo(string? filter) => Assert.True(Takes(filter));

    [Theory]
    [InlineData("name = 'cards'")]
    [InlineData("name = 'PAYMENTS'")]
    [InlineData("name LIKE 'PAY%'")]
    [InlineData("name != 'payments'")]
    [InlineData("name != 'alias'")]
    [InlineData("name IN ('cards')")]
    [InlineData("name = 'payments' AND version_number < 12")]
    [InlineData("version_number < 9")]
    [InlineData("tags.sha256 != 'abc'")]
    [InlineData("tag.`mlflow.prompt.is_prompt` = 'true'")]
    [InlineData("tags.absent LIKE '%'")]
    [InlineData("tags.sha256 > 1")]
    [InlineData("run_id = 'r'")]
    public void Takes_WhatIsNotSo_IsLeftOut(string filter) => Assert.False(Takes(filter));

    [Theory]
    [InlineData("payments")]
    [InlineData("name")]
    [InlineData("name = payments")]
    [InlineData("name = 'payments")]
    [InlineData("name = 'payments' AND")]
    [InlineData("name = 'payments' OR name = 'cards'")]
    [InlineData("name = 'payments' name = 'cards'")]
    [InlineData("AND name = 'payments'")]
    [InlineData("stage = 'Production'")]
    [InlineData("params.depth = '5'")]
    [InlineData("name.first = 'x'")]
    [InlineData("name IN 'payments'")]
    [InlineData("name = ('payments')")]
    [InlineData("name IN ()")]
    [InlineData("tags. = 'x'")]
    [InlineData("(name = 'payments')")]
    public void Parse_NoFilter_IsRefused(string filter) => Assert.Throws<MlflowRefusedException>(() => MlflowFilter.Parse(filter, Attributes));

    [Theory]
    [InlineData("name = 'alias'", "alias")]
    [InlineData("name = 'alias' AND tag.`mlflow.prompt.is_prompt` != 'true'", "alias")]
    [InlineData("name != 'alias'", null)]
    [InlineData("name = 'a' AND name = 'b'", null)]
    [InlineData("tag.name = 'a'", null)]
    public void Name_OfTheOneThatIsAskedFor_IsAsTheCallerCallsIt(string filter, string? name) =>
        Assert.Equal(name, MlflowFilter.Parse(filter, Attributes).Name);

    private static bool Takes(string? filter) => MlflowFilter.Parse(filter, Attributes).Takes(
        static key => key switch { "name" => "payments", "version_number" => "12", _ => null },
        static key => Tags.GetValueOrDefault(key),
        static name => name == "alias" ? "payments" : name);
}
