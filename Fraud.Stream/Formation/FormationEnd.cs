namespace Fraud.Stream.Formation;

/// <summary>Why a node is no part of the cluster any more.</summary>
public sealed record FormationEnd(FormationEndKind Kind, string Reason)
{
    /// <summary>What the process exits with, so that what started it knows whether to start it again (rule 25 of docs/decisions/0011).</summary>
    public int ExitCode => Kind == FormationEndKind.Left ? 0 : 3;
}

public enum FormationEndKind
{
    /// <summary>It was asked to leave.</summary>
    Left,

    /// <summary>The cluster decided against its side, or gave it up.</summary>
    Downed,

    /// <summary>The node table refuses its incarnation, or another node quarantined it.</summary>
    Refused,
}
