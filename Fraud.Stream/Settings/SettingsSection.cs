namespace Fraud.Stream.Settings;

/// <summary>A section of the settings and the options class that it is bound to; <c>AddSettings</c> registers one for each.</summary>
public sealed record SettingsSection(string Name, Type Options);
