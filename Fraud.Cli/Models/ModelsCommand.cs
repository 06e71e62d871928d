using System.CommandLine;
using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Keys;
using Fraud.Model.Registry;
using Fraud.Stream.Registry;

namespace Fraud.Cli.Models;

/// <summary><c>fraud models</c>: the versions there are, and which one is served. Works on the store; nodes follow it.</summary>
public static class ModelsCommand
{
    private const string Follow = "Nodes serve it within two poll intervals (Scoring:ModelPollInterval, 1 s).";

    public static Command Create() => new("models", "List, compare, promote and roll back versions of models.")
    {
        List(), Show(), Compare(), Register(), Promote(), Rollback(), Stage("stage", "Move a version to Staging.", ModelStage.Staging),
        Stage("archive", "Move a version to Archived. Where it was in Production, nodes serve their folder's version.", ModelStage.Archived),
        Alias(), Export(),
    };

    private static string Actor => $"fraud models, {Environment.UserName} on {Environment.MachineName}";

    private static Argument<string> Model { get; } = new("MODEL") { Description = "name of the model, such as payments" };

    private static Argument<string> Version { get; } = new("VERSION") { Description = "its version, or alias:NAME" };

    private static Option<string> Reason { get; } = new("--reason") { Description = "why, for the history and the audit log", HelpName = "TEXT" };

    private static Command List()
    {
        var model = new Argument<string?>("MODEL") { Description = "only of this model", Arity = ArgumentArity.ZeroOrOne };
        return Make("list", "List all versions, the newest first.", [model], [], mayMake: false, (registry, arguments) =>
        {
            var versions = registry.List(arguments.GetValue(model));
            return (ModelTable.List(versions), versions.Select(ModelTable.Json));
        });
    }

    private static Command Show() => Make("show", "Show where a version came from, what it was measured at, and its stages.", [Model, Version], [], mayMake: false, (registry, arguments) =>
    {
        var version = Find(registry, arguments.GetValue(Model)!, arguments.GetValue(Version)!);
        var manifest = registry.ManifestOf(version.Model, version.Version);
        var files = registry.Files(version.Model, version.Version);
        var history = registry.History(version.Model).Where(change => change.Version == version.Version).ToList();
        return (ModelTable.Show(version, manifest, files, history), new
        {
            Version = ModelTable.Json(version),
            manifest.Training,
            manifest.Thresholds,
            Inputs = manifest.Inputs.Select(static input => input.Name),
            Files = files,
            History = history.Select(ModelTable.Json),
        });
    });

    private static Command Compare()
    {
        var other = new Argument<string>("OTHER") { Description = "the version to hold against it, or alias:NAME; MODEL:VERSION of another model" };
        return Make("compare", "Print the metrics and parameters of two versions side by side.", [Model, Version, other], [], mayMake: false, (registry, arguments) =>
        {
            var model = arguments.GetValue(Model)!;
            var a = Find(registry, model, arguments.GetValue(Version)!);
            var given = arguments.GetValue(other)!;
            var colon = given.IndexOf(':', StringComparison.Ordinal);
            var b = colon > 0 && !given.StartsWith(AliasMark, StringComparison.Ordinal)
                ? Find(registry, given[..colon], given[(colon + 1)..])
                : Find(registry, model, given);
            return (
                ModelTable.Compare(a, registry.ManifestOf(a.Model, a.Version), b, registry.ManifestOf(b.Model, b.Version)),
                new[] { ModelTable.Json(a), ModelTable.Json(b) });
        });
    }

    private static Command Register()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "with model.onnx and manifest.json" };
        var parent = new Option<string>("--parent") { Description = "the version it is meant to replace", HelpName = "VERSION" };
        var code = new Option<string>("--code-version") { Description = "version of the program that trained it", HelpName = "TEXT" };
        var command = Make("register", "Probe the version in a folder and take it into the store. It is not served before it is promoted.", [folder], [parent, code], mayMake: true, (registry, arguments) =>
        {
            var version = registry.Register(
                arguments.GetValue(folder)!.FullName, new VersionOrigin(Actor, arguments.GetValue(parent), arguments.GetValue(code)));
            return ($"{version.Model} version {version.Version} is registered; 'fraud models promote {version.Model} {version.Version}' serves it.", ModelTable.Json(version));
        });
        command.Aliases.Add("import");
        return command;
    }

    private static Command Promote() => Make("promote", "Put a version into Production: every node serves it.", [Model, Version], [Reason], mayMake: false, (registry, arguments) =>
    {
        var found = Find(registry, arguments.GetValue(Model)!, arguments.GetValue(Version)!);
        var version = registry.SetStage(found.Model, found.Version, ModelStage.Production, Actor, arguments.GetValue(Reason));
        return ($"{version.Model} version {version.Version} is in Production. {Follow}", ModelTable.Json(version));
    });

    private static Command Rollback() => Make("rollback", "Put back into Production what was there before.", [Model], [Reason], mayMake: false, (registry, arguments) =>
    {
        var version = registry.Rollback(arguments.GetValue(Model)!, Actor, arguments.GetValue(Reason));
        return ($"{version.Model} version {version.Version} is in Production again. {Follow}", ModelTable.Json(version));
    });

    private static Command Stage(string name, string description, ModelStage stage) => Make(name, description, [Model, Version], [Reason], mayMake: false, (registry, arguments) =>
    {
        var found = Find(registry, arguments.GetValue(Model)!, arguments.GetValue(Version)!);
        var version = registry.SetStage(found.Model, found.Version, stage, Actor, arguments.GetValue(Reason));
        return ($"{version.Model} version {version.Version} is in {version.Stage}.", ModelTable.Json(version));
    });

    private static Command Alias()
    {
        var alias = new Argument<string>("ALIAS") { Description = "shadow and challenger are compared by every node; champion promotes; others are names" };
        var version = new Argument<string?>("VERSION") { Description = "the version to name", Arity = ArgumentArity.ZeroOrOne };
        var remove = Options.Flag("--remove", "take the alias away");
        return Make("alias", "Name a version, or take the name away.", [Model, alias, version], [remove], mayMake: false, (registry, arguments) =>
        {
            var (model, name) = (arguments.GetValue(Model)!, arguments.GetValue(alias)!);
            if (arguments.GetValue(remove) == (arguments.GetValue(version) is not null))
            {
                throw new UsageException("VERSION: expected a version, or --remove");
            }

            if (arguments.GetValue(version) is { } named)
            {
                registry.SetAlias(model, name, named, Actor);
                var role = name is ModelRegistry.Shadow or ModelRegistry.Challenger ? " Nodes compare it within two poll intervals (Scoring:ModelPollInterval, 1 s)." : "";
                return ($"{name} is {model} version {named}.{role}", new { Model = model, Alias = name, Version = (string?)named });
            }

            return registry.RemoveAlias(model, name, Actor)
                ? ($"{model} has no {name} any more.", new { Model = model, Alias = name, Version = (string?)null })
                : throw new CommandException("ALIAS: expected one that the model has; 'fraud models list' shows them");
        });
    }

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "where to write the files; must be empty or absent" };
        return Make("export", "Write a version's files into a folder, each checked against its digest.", [Model, Version, folder], [], mayMake: false, (registry, arguments) =>
        {
            var version = Find(registry, arguments.GetValue(Model)!, arguments.GetValue(Version)!);
            var target = arguments.GetValue(folder)!;
            if (target.Exists && target.EnumerateFileSystemInfos().Any())
            {
                throw new UsageException("FOLDER: expected one that is empty or absent");
            }

            registry.Export(version.Model, version.Version, target.FullName);
            return ($"{version.Model} version {version.Version} is in {target.FullName}.", new { version.Model, version.Version, Folder = target.FullName });
        });
    }

    private const string AliasMark = "alias:";

    private static RegisteredVersion Find(ModelRegistry registry, string model, string version) =>
        (version.StartsWith(AliasMark, StringComparison.Ordinal) ? registry.FindAlias(model, version[AliasMark.Length..]) : registry.Find(model, version))
            ?? throw new CommandException($"{model} version {version}: expected one that is registered; 'fraud models list' shows them");

    /// <param name="run">Gives the answer for people, and for machines.</param>
    private static Command Make(
        string name, string description, IReadOnlyList<Argument> arguments, IReadOnlyList<Option> options, bool mayMake,
        Func<ModelRegistry, ParseResult, (string Text, object Json)> run)
    {
        var command = new Command(name, description);
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        var json = Options.Json();
        command.Options.Add(json);
        var store = new StoreArguments();
        store.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var opened = store.Open(parsed, mayMake);
            try
            {
                var (text, answer) = run(new ModelRegistry(new ModelQueries(opened.Database), new AliasQueries(opened.Database), TimeProvider.System), parsed);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    parsed.GetValue(json) ? JsonSerializer.Serialize(answer, ModelTable.JsonOptions) : text);
            }
            catch (ModelRefusedException refused)
            {
                throw new CommandException(refused.Message, refused);
            }
        });
        return command;
    }
}
