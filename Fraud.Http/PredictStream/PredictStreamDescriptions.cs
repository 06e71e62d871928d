using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;

namespace Fraud.Http.PredictStream;

/// <summary><c>POST /predict/stream</c> as the OpenAPI document tells of it.</summary>
internal static class PredictStreamDescriptions
{
    public static ApiDescription Stream { get; } = new(PredictDescriptions.Tag, "Score line by line")
    {
        Detail =
            "A payment a line in, as POST /predict takes it, and an answer a line out, in the order of the lines: that of POST "
            + "/predict with its line, or line and error, and the stream goes on. Where POST /predict would refuse because the "
            + "service is full or the rate is used up, the stream slows down. Read while you write: what you do not take is not "
            + "read from you either. When the service ends it first, the last line has next_line, from which on to send again.",
        Bodies =
        [
            new ApiBody("application/x-ndjson")
            {
                Text =
                    "{\"transaction_id\":\"order-4001\",\"card_id\":\"card-17\",\"amount\":12.50}\n"
                    + "{\"transaction_id\":\"order-4002\",\"card_id\":\"card-18\",\"amount\":-1}\n",
                Description = "As many lines as you like, of at most PredictStream:MaxLineBytes each. application/jsonl and application/ndjson are taken, too.",
            },
        ],
        Answers =
        [
            new ApiAnswer(200, "Answers, one for each line.", "application/x-ndjson")
            {
                Text =
                    "{\"line\":1,\"transaction_id\":\"order-4001\",\"fraud_score\":0.0234,\"fraud_probability\":0.0234,\"is_fraud\":false,"
                    + "\"decision\":\"approve\",\"threshold\":0.04,\"confidence\":0.9766,\"reasons\":[],\"risk_factors\":[],"
                    + "\"inference_time_ms\":0.2,\"timestamp\":\"2025-11-20T12:00:00.125Z\",\"model\":\"payments\",\"model_version\":\"1\","
                    + "\"duplicate\":false,\"processing_time_ms\":1.25}\n"
                    + "{\"line\":2,\"error\":{\"status\":400,\"field\":\"amount\",\"expected\":\"a number above 0\","
                    + "\"detail\":\"amount: expected a number above 0\"}}\n",
            },
        ],
        Problems = [415, 503],
    };
}
