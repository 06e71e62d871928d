using Fraud.Http.ApiDocs;

namespace Fraud.Http.Training;

/// <summary>Trainings as the OpenAPI document tells of them.</summary>
internal static class TrainingDescriptions
{
    private const string Tag = "Training";

    private static readonly ApiParameter Id = new(
        "id", "path", "job_id of a training, as POST /train answered it.", "train-019f0c2e7a5b7cc8a1b2c3d4e5f60718");

    private static readonly ApiShape Request = new("TrainingRequest", """
        {
          "from": "file",
          "data": "handbook_transactions.csv.gz",
          "train_from": "2018-07-25",
          "train_days": 7,
          "delay_days": 7,
          "test_days": 7,
          "max_depth": 5,
          "max_rounds": 300,
          "seed": 42,
          "features": "all",
          "keep_known_cards": false
        }
        """)
    {
        { "from", "store: payments that were scored, held against the model in service; file, or left out: history in a file.", FieldIs.Optional, "store", "file" },
        { "data", "A file beside Training:DataFile, by its name; left out: that file.", FieldIs.Optional },
        { "train_from", "First day that is trained on.", FieldIs.Optional },
        { "train_days", "How many days are trained on, 1 to 3650.", FieldIs.Optional },
        { "delay_days", "Days between training and test, in which frauds are not known yet, 0 to 365.", FieldIs.Optional },
        { "test_days", "How many days it is measured on, 1 to 3650.", FieldIs.Optional },
        { "max_depth", "Depth of the trees, 1 to 16.", FieldIs.Optional },
        { "max_rounds", "Most rounds of boosting, 1 to 10000.", FieldIs.Optional },
        { "seed", "The same seed and data make the same model.", FieldIs.Optional },
        { "features", "The handbook's fifteen, or all that the profile computes.", FieldIs.Optional, "handbook", "all" },
        { "keep_known_cards", "True: cards that were known to be defrauded stay in the test.", FieldIs.Optional },
    };

    private static readonly ApiShape Job = new("TrainingJob", """
        {
          "job_id": "train-019f0c2e7a5b7cc8a1b2c3d4e5f60718",
          "status": "completed",
          "stage": "done",
          "progress": 1,
          "model": "payments",
          "version": "2",
          "request": { "max_depth": 5, "seed": 42 },
          "created_at": "2025-11-20T12:00:00+00:00",
          "finished_at": "2025-11-20T12:00:20+00:00",
          "staged_in": "models/payments/staged/2",
          "metrics": { "roc_auc": 0.871 },
          "error": "It was cancelled.",
          "trigger": "request",
          "report": { "gate": { "is_passed": true } }
        }
        """)
    {
        { "job_id", "Its id." },
        { "status", "How it stands; interrupted when the service ended while it ran.", FieldIs.Required, "running", "completed", "failed", "cancelled", "interrupted" },
        { "stage", "What it does now, or did last." },
        { "progress", "How far the stage is, from 0 to 1.", FieldIs.Number },
        { "model", "The model that it makes a version of." },
        { "version", "The version that it makes." },
        { "request", "What was asked for; the trainer's defaults for the rest.", Request },
        { "created_at", "When it was started, in UTC." },
        { "finished_at", "When it ended.", FieldIs.Optional },
        { "staged_in", "When completed: where the new version is, a folder or the registry. It is not served until somebody promotes it, unless Retraining:AutoPromote says so. Left out when the gate refused it.", FieldIs.Optional },
        { "metrics", "When completed: what was measured on the test days.", FieldIs.Optional },
        { "metrics.*", "A measure by its name.", FieldIs.Number },
        { "error", "Why it ended without a model.", FieldIs.Optional },
        { "trigger", "Who or what started it: request, drift, labels, schedule.", FieldIs.Optional },
        { "report", "When completed from the store: dataset, days, and what the gate said, with intervals; GET /train/{id}/report shows it to people.", FieldIs.Optional | FieldIs.Free },
    };

    private static readonly ApiShape Jobs = new("TrainingJobs", """{"jobs":[]}""")
    {
        { "jobs", "The trainings that this node remembers, newest first.", Job },
    };

    public static ApiDescription Start { get; } = new(Tag, "Start a training")
    {
        Detail =
            "Trains a new version of the served model in the background of this node, one at a time, and stages it: serving it is "
            + "a step of its own. From the store it must beat the model in service on the newest payments whose labels are known. Every field may be left out, and the body too. Location names the training, also where it "
            + "answers 409 because one runs; 422 where there is no data.",
        Bodies = [ApiBody.Json(Request)],
        NeedsBody = false,
        Answers = [ApiAnswer.Json(Job, "It runs.", 202)],
        Problems = [400, 408, 409, 413, 415, 422, 503],
        // The data is not part of the program.
        ExampleStatus = 422,
    };

    public static ApiDescription List { get; } = new(Tag, "Trainings")
    {
        Detail = "The trainings that this node remembers, newest first.",
        Answers = [ApiAnswer.Json(Jobs, "The trainings.")],
    };

    public static ApiDescription Get { get; } = new(Tag, "How far a training is")
    {
        Detail = "One training: its stage and progress while it runs, then what came of it.",
        Parameters = [Id],
        Answers = [ApiAnswer.Json(Job, "The training.")],
        Problems = [404],
        ExampleStatus = 404,
    };

    public static ApiDescription Report { get; } = new(Tag, "What the gate said")
    {
        Detail = "Of a completed training from the store: champion and challenger side by side, for people.",
        Parameters = [Id],
        Answers = [new ApiAnswer(200, "The report, in Markdown.", "text/markdown") { Text = "# payments version 2 against version 1\n\n**Passed**: ...\n" }],
        Problems = [404],
        ExampleStatus = 404,
    };

    public static ApiDescription Cancel { get; } = new(Tag, "Cancel a training")
    {
        Detail = "Ends a training that runs and answers with how it stands then; 409 when it has ended already.",
        Parameters = [Id],
        Answers = [ApiAnswer.Json(Job, "It has ended.")],
        Problems = [404, 409],
        ExampleStatus = 404,
    };
}
