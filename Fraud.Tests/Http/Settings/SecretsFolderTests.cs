using Fraud.Http.Settings;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Fraud.Tests.Http.Settings;

public sealed class SecretsFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FilesOfSecrets_StandBetweenTheFileAndTheEnvironment()
    {
        Write("Storage__Postgres", "Host=db;Password=hunter2\n");
        Write("Security__Jwt__Key", "from a file\r\n");
        Write("Security__AdminKey", "from a file");
        Write("STRIPE_WEBHOOK_SECRET", "whsec_of_a_file\n");
        // What else lies there.
        Write(".hidden__Name", "x");
        Write("ca.pem", "x");
        // As Kubernetes mounts them.
        Directory.CreateDirectory(_folder.File("..2026_01_01"));
        File.WriteAllText(Path.Combine(_folder.File("..2026_01_01"), "Kafka__GroupId"), "linked");
        Directory.CreateSymbolicLink(_folder.File("..data"), "..2026_01_01");
        File.CreateSymbolicLink(_folder.File("Kafka__GroupId"), "..data/Kafka__GroupId");
        Directory.CreateDirectory(_folder.File("kubernetes.io"));

        var settings = Read(new() { ["Security__AdminKey"] = "from the environment" });

        Assert.Equal("Host=db;Password=hunter2", settings["Storage:Postgres"]);
        Assert.Equal("from a file", settings["Security:Jwt:Key"]);
        Assert.Equal("linked", settings["Kafka:GroupId"]);
        Assert.Equal("from the environment", settings["Security:AdminKey"]);
        Assert.Equal("whsec_of_a_file", settings["Stripe:WebhookSecrets"]);
        Assert.Equal($"secret file {_folder.File("Storage__Postgres")}", SettingSources.OriginOf(settings, "Storage:Postgres"));
        Assert.Equal($"secret file {_folder.File("STRIPE_WEBHOOK_SECRET")}, an alias", SettingSources.OriginOf(settings, "Stripe:WebhookSecrets"));
        Assert.Null(SettingSources.OriginOf(settings, "hidden:Name"));
    }

    [Fact]
    public void View_WhateverAFileOfSecretsSays_IsMaskedWithItsName()
    {
        Write("Kafka__GroupId", "hunter2");
        Write("Storage__Postgres", "Host=hunter2");
        Write("Kafka__Client__sasl.username", "hunter2");

        var lines = SettingsView.Of(Read([])).ToDictionary(static line => line.Name);

        Assert.DoesNotContain(lines.Values, static line => line.Value.Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal(new SettingLine("Kafka:GroupId", "***", $"secret file {_folder.File("Kafka__GroupId")}", IsChanged: true), lines["Kafka:GroupId"]);
        Assert.Equal("***", lines["Storage:Postgres"].Value);
        Assert.Equal("***", lines["Kafka:Client:sasl.username"].Value);
    }

    [Fact]
    public void Mistakes_InAFileOfSecrets_NameTheFileAndNotWhatIsInIt()
    {
        Write("Storage__Kind", "hunter2");

        var mistake = Assert.Single(SettingsCheck.Mistakes(Read([])));

        Assert.Equal($"Storage:Kind: expected Sqlite or Postgres (secret file {_folder.File("Storage__Kind")})", mistake);
    }

    [Fact]
    public void Read_AFolderThatIsNotThere_IsAMistakeOnlyWhenItWasNamed()
    {
        var missing = _folder.File("missing");

        var error = Assert.Throws<FormatException>(() => SecretsFolder.Read(missing));

        Assert.Contains(SettingSources.SecretsFolderVariable, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AFileThatIsNoSecret_IsNamed()
    {
        Write("Storage__Postgres", new string('x', 100_000));

        var error = Assert.Throws<FormatException>(() => Read([]));

        Assert.Equal($"{_folder.File("Storage__Postgres")}: expected at most 64 kB", error.Message);
    }

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);

    private IConfigurationRoot Read(Dictionary<string, string> environment)
    {
        var builder = new ConfigurationBuilder();
        environment[SettingSources.SecretsFolderVariable] = _folder.Path;
        SettingSources.Add(builder, [], "/no/such/file.json", environment);
        return builder.Build();
    }
}
