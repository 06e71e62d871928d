using System.Globalization;
using Fraud.Http.ApiDocs;
using Fraud.Http.Cases;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Shadow;

/// <summary><c>GET /api/v1/models/comparison?since&amp;settled_days</c>: shadows and challengers against the model in service, of all nodes.</summary>
internal sealed class ComparisonEndpoint(ShadowQueries shadows, GraphStatus graph, TimeProvider time) : IEndpoints
{
    public const int MaxDays = 3_650;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/models/comparison", Get)
            .Needs(Access.Analyst).WithName("compareModels").Describe(ShadowDescriptions.Comparison);

    private async Task<Results<Ok<ModelComparisons>, Problem>> Get(
        HttpContext context, string? since, [FromQuery(Name = "settled_days")] string? settledDays)
    {
        if (!TryReadTime(since, out var from))
        {
            return Wrong("since", Times.ExpectedOrDate);
        }

        if (!TryReadDays(settledDays, out var settled))
        {
            return Wrong("settled_days", $"a whole number from 0 to {MaxDays}");
        }

        if (graph.State is GraphState.Starting)
        {
            return CaseReads.Away;
        }

        ComparisonReport report;
        try
        {
            // The store's calls block.
            report = await Task.Run(() => ComparisonReport.Read(shadows, time.GetUtcNow(), from, settled), context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return CaseReads.Away;
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(View(report));
    }

    private static bool TryReadTime(string? given, out DateTimeOffset? time)
    {
        time = null;
        if (given is null)
        {
            return true;
        }

        if (!Times.TryParse(given, out var unixMs))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
        return true;
    }

    private static bool TryReadDays(string? given, out TimeSpan? days)
    {
        days = null;
        if (given is null)
        {
            return true;
        }

        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxDays)
        {
            return false;
        }

        days = TimeSpan.FromDays(number);
        return true;
    }

    private static ModelComparisons View(ComparisonReport report) => new()
    {
        AsOf = report.AsOf,
        Since = report.Since,
        SettledBefore = report.SettledBefore,
        Comparisons = [.. report.Comparisons.Take(ModelComparisons.MostComparisons).Select(View)],
    };

    private static ComparedModel View(ModelComparison one) => new()
    {
        Model = one.Model,
        Version = one.Version,
        Champion = one.Champion,
        ChampionVersion = one.ChampionVersion,
        Payments = one.Payments,
        Decided = one.Decided,
        Scores = View(one.Scores),
        ChampionScores = View(one.ChampionScores),
        Disagreement = one.Disagreement,
        Matrix =
        [
            .. one.Matrix.Select(static pair => new DecidedPair
            {
                Champion = NameOf(pair.Champion),
                Candidate = NameOf(pair.Candidate),
                Payments = pair.Payments,
            }),
        ],
        Labelled = one.Labelled is { } labelled ? View(labelled) : null,
    };

    private static ComparedScores View(ScoreDistribution scores) => new()
    {
        Mean = scores.Mean,
        P01 = scores.P01,
        P10 = scores.P10,
        P50 = scores.P50,
        P90 = scores.P90,
        P99 = scores.P99,
        Histogram = scores.Histogram,
    };

    private static LabelledPayments View(LabelledComparison labelled) => new()
    {
        Payments = labelled.Payments,
        Frauds = labelled.Frauds,
        Candidate = View(labelled.Candidate),
        Champion = View(labelled.Champion),
        OnlyCandidateRight = labelled.OnlyCandidateRight,
        OnlyChampionRight = labelled.OnlyChampionRight,
        Statistic = labelled.Statistic,
        PValue = labelled.PValue,
        Verdict = labelled.Verdict switch
        {
            Fraud.Stream.Shadow.Verdict.Better => "better",
            Fraud.Stream.Shadow.Verdict.Worse => "worse",
            _ => "not_shown",
        },
    };

    private static ComparedQuality View(LabelledQuality quality) => new()
    {
        Flagged = quality.Flagged,
        FraudsFlagged = quality.FraudsFlagged,
        Precision = quality.Precision,
        Recall = quality.Recall,
        F1 = quality.F1,
    };

    private static string NameOf(Decision decision) => decision switch
    {
        Decision.Approve => "approve",
        Decision.Review => "review",
        _ => "block",
    };

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"{field}: expected {expected}") { Field = field, Expected = expected };
}
