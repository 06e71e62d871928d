using Fraud.Http.ApiDocs;

namespace Fraud.Http.Training;

/// <summary>Trainings as the OpenAPI document tells of them.</summary>
internal static class TrainingDescriptions
{
    private const string Tag = "Training";

    private static readonly ApiParameter Id = new(
        "id", "path", "job_id of a training, as POST /train answered it.", "train-019f0c2e7a5b7cc8a1b2c3d4e5f60718");

    public static ApiDescription Start { get; } = new(Tag, "Start a training")
    {
        Detail =
            "Trains a new version of the served model in the background of this node, one at a time, and stages it: serving it is "
            + "a step of its own. From the store it must beat the model in service on the newest payments whose labels are known. Every field may be left out, and the body too. Location names the training, also where it "
            + "answers 409 because one runs; 422 where there is no data.",
        Bodies = [ApiBody.Json<TrainingRequest>()],
        NeedsBody = false,
        Answers = [new ApiAnswer(202, "It runs.")],
        Problems = [400, 408, 409, 413, 415, 422, 503],
        // The data is not part of the program.
        ExampleStatus = 422,
    };

    public static ApiDescription List { get; } = new(Tag, "Trainings")
    {
        Detail = "The trainings that this node remembers, newest first.",
        Answers = [new ApiAnswer(200, "The trainings.")],
    };

    public static ApiDescription Get { get; } = new(Tag, "How far a training is")
    {
        Detail = "One training: its stage and progress while it runs, then what came of it.",
        Parameters = [Id],
        Answers = [new ApiAnswer(200, "The training.")],
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
        Answers = [new ApiAnswer(200, "It has ended.")],
        Problems = [404, 409],
        ExampleStatus = 404,
    };
}
