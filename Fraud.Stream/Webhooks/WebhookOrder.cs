namespace Fraud.Stream.Webhooks;

/// <summary>Where an event stands among those about the same thing, which may come in any order.</summary>
/// <param name="Subject">What they are about.</param>
/// <param name="At">Later is newer.</param>
/// <param name="Mark">Another text to remember with it.</param>
public sealed record WebhookOrder(string Subject, long At, string? Mark = null);
