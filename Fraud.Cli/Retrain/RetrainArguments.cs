using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Fraud.Cli.Arguments;
using Fraud.Http.Training;
using Fraud.Model.History;
using Fraud.Stream.Retraining;
using Fraud.Stream.Scoring;
using Microsoft.Extensions.Configuration;

namespace Fraud.Cli.Retrain;

/// <summary>The settings that a retraining without a service goes by: those of the configuration, as 'fraud serve' reads them.</summary>
internal sealed class RetrainArguments
{
    private readonly Option<string> _model = new("--model") { Description = "folder of the model's versions (default: Scoring:Model)", HelpName = "DIR" };
    private readonly Option<string> _work = new("--work") { Description = "where the job has its folder (default: Training:WorkFolder)", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_work);
    }

    /// <exception cref="UsageException">A setting is wrong.</exception>
    public RetrainSettings Read(ParseResult arguments)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("config/fraud.json"), optional: true)
            .AddEnvironmentVariables()
            .Build();
        var settings = new RetrainSettings(
            Section<RetrainingOptions>(configuration, RetrainingOptions.Section),
            Section<TrainingSettings>(configuration, TrainingSettings.Section),
            Section<ScoringOptions>(configuration, ScoringOptions.Section),
            Section<ProfileOptions>(configuration, ProfileOptions.Section));
        settings.Scoring.Model = arguments.GetValue(_model) ?? settings.Scoring.Model;
        settings.Training.WorkFolder = arguments.GetValue(_work) ?? settings.Training.WorkFolder;
        return settings;
    }

    private static T Section<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var options = configuration.GetSection(section).Get<T>() ?? new T();
        var wrong = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
            ? options
            : throw new UsageException(string.Join("; ", wrong.Select(mistake => $"{section}: {mistake.ErrorMessage}")));
    }
}

internal sealed record RetrainSettings(RetrainingOptions Retraining, TrainingSettings Training, ScoringOptions Scoring, ProfileOptions Profile);
