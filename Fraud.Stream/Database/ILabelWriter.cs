using Fraud.Model;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Database;

/// <summary>Labels that are written in the transaction of something else: each database has statements of its own for them.</summary>
internal interface ILabelWriter
{
    /// <summary>Merges labels that others gave, as <see cref="IFraudStore.CommitLabels(string, int, long, IReadOnlyList{Label})"/> does.</summary>
    /// <param name="isAlone">Whether payments may be held up meanwhile. A label that has to wait for its payment needs it.</param>
    /// <returns>What changed; null when the transaction has to be rolled back and done again alone.</returns>
    List<LabelChange>? TryWrite(IReadOnlyList<Label> labels, bool isAlone);

    /// <summary>The label that a decision about a case leads to.</summary>
    void WriteDecision(Label label);

    /// <summary>The decision is taken back: what was known before it is known again. Others' labels stay.</summary>
    void Withdraw(ShortText id);
}
