using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>Trainings of new versions. What one makes is staged; serving it is a step of its own.</summary>
public sealed class TrainingClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal TrainingClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>
    /// Trains a new version of the served model in the background of the asked node, one at a time: 409 while another runs, 422
    /// where there is no data.
    /// </summary>
    /// <param name="request">What to train on and how; null: the trainer's defaults.</param>
    /// <param name="cancellation">Ends the wait, not the training.</param>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<TrainingJob> StartTrainingAsync(TrainingRequest? request = null, CancellationToken cancellation = default) => _exchange.Json(
        ApiCall.Post("train", request ?? new TrainingRequest(), _json.TrainingRequest).Once(), _json.TrainingJob, cancellation);

    /// <summary>The trainings that the asked node remembers, newest first.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public async Task<IReadOnlyList<TrainingJob>> ListTrainingsAsync(CancellationToken cancellation = default) =>
        (await _exchange.Json(ApiCall.Get("train"), _json.TrainingsBody, cancellation).ConfigureAwait(false)).Jobs;

    /// <summary>One training: its stage and progress while it runs, then what came of it.</summary>
    /// <exception cref="FraudApiException">There is no such training, or no answer.</exception>
    public Task<TrainingJob> GetTrainingAsync(string jobId, CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(Of(jobId)), _json.TrainingJob, cancellation);

    /// <summary>Of a completed training from the store: champion and challenger side by side, for people, in Markdown.</summary>
    /// <exception cref="FraudApiException">There is no such report, or no answer.</exception>
    public Task<string> GetTrainingReportAsync(string jobId, CancellationToken cancellation = default) =>
        _exchange.Text(ApiCall.Get(Of(jobId) + "/report"), cancellation);

    /// <summary>Ends a training that runs, and tells how it stands then; 409 when it has ended already.</summary>
    /// <exception cref="FraudApiException">It was refused, or not answered.</exception>
    public Task<TrainingJob> CancelTrainingAsync(string jobId, CancellationToken cancellation = default) =>
        _exchange.Json(new ApiCall(HttpMethod.Delete, Of(jobId)).Once(), _json.TrainingJob, cancellation);

    private static string Of(string jobId) => "train/" + Address.Segment(jobId);
}

internal sealed record TrainingsBody(IReadOnlyList<TrainingJob> Jobs);
