using Fraud.Http.Settings;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Configuration;

namespace Fraud.Tests.Stream.Cluster;

public sealed class KubernetesOptionsTests
{
    [Theory]
    [InlineData("Namespace", "", true)]
    [InlineData("Namespace", "fraud-detection", true)]
    [InlineData("Namespace", "Fraud", false)]
    [InlineData("Namespace", "fraud-", false)]
    [InlineData("LabelSelector", "app=fraud", true)]
    [InlineData("LabelSelector", "app.kubernetes.io/name in (fraud, fraud_2),tier!=test", true)]
    [InlineData("LabelSelector", "", false)]
    // What would be a place to fill in, or the end of the text, where it is put into settings.
    [InlineData("LabelSelector", "app={0}", false)]
    [InlineData("LabelSelector", "app=\"fraud", false)]
    [InlineData("LabelSelector", "app=fraud\n", false)]
    [InlineData("PortName", "management", true)]
    [InlineData("PortName", "a-name-that-is-too-long", false)]
    [InlineData("ManagementPort", "8558", true)]
    [InlineData("ManagementPort", "0", false)]
    [InlineData("ManagementPort", "65536", false)]
    [InlineData("RequiredContactPoints", "1", true)]
    [InlineData("RequiredContactPoints", "0", false)]
    [InlineData("RequiredContactPoints", "101", false)]
    public void Validate_EachSetting_HasItsBounds(string name, string value, bool isValid)
    {
        Assert.Equal(isValid, Mistakes((name, value)).Count == 0);
    }

    [Fact]
    public void Validate_SeveralMistakes_AreNamedAtOnce()
    {
        var mistakes = Mistakes(("Namespace", "a b"), ("LabelSelector", "{}"), ("PortName", "A"), ("ManagementPort", "-1"), ("RequiredContactPoints", "many"));

        Assert.Equal(
            ["Kubernetes:LabelSelector", "Kubernetes:ManagementPort", "Kubernetes:Namespace", "Kubernetes:PortName", "Kubernetes:RequiredContactPoints"],
            mistakes.Select(static line => string.Join(':', line.Split(':')[..2])).Order());
    }

    private static IReadOnlyList<string> Mistakes(params (string Name, string Value)[] settings) => SettingsCheck.Mistakes(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static pair => KeyValuePair.Create($"{KubernetesOptions.Section}:{pair.Name}", (string?)pair.Value)))
            .Build());
}
