using Fraud.Model.History;
using Fraud.Stream.Drift;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Options;

namespace Fraud.Stream.Retention;

/// <summary>Refuses an age of payments below what retraining and live quality read, at the start: later it would show as worse models.</summary>
internal sealed class RetentionRules(IOptions<ProfileOptions> profile, IOptions<RetrainingOptions> retraining, IOptions<DriftOptions> drift)
    : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
        Mistake(options.Retention, profile.Value, retraining.Value, drift.Value) is { } mistake
            ? ValidateOptionsResult.Fail($"{RetentionOptions.Section}:{nameof(RetentionOptions.Payments)}: {mistake}")
            : ValidateOptionsResult.Success;

    /// <returns>Null where the age is long enough.</returns>
    public static string? Mistake(RetentionOptions retention, ProfileOptions profile, RetrainingOptions retraining, DriftOptions drift)
    {
        if (retention.AgeOf(RetainedKind.Payments) is not { } age)
        {
            return null;
        }

        var window = WindowOf(retraining, profile.LabelDelay);
        var reach = profile.Reach;
        var quality = drift.LabelDelay ?? profile.LabelDelay;
        return age < window + reach
            ? $"expected 00:00:00 (kept) or at least {window + reach:c}, because {RetrainingOptions.Section} reads payments of the last {window.TotalDays:0} days "
              + $"and their histories reach {reach.TotalDays:0} days further back"
            : age <= quality
                ? $"expected 00:00:00 (kept) or more than {quality:c}, because {DriftOptions.Section} judges payments only when they are so old"
                : null;
    }

    /// <summary>From now back to the first day of training.</summary>
    private static TimeSpan WindowOf(RetrainingOptions options, TimeSpan labelDelay)
    {
        // Days are whole ones in UTC: the one that has begun lies before them, too.
        var window = TrainingWindow.At(DateTimeOffset.UnixEpoch, labelDelay, options);
        return TimeSpan.FromDays(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber - window.TrainFrom.DayNumber + 1);
    }
}
