using System.Globalization;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Stream.Scoring;

namespace Fraud.Cli.Doctor;

/// <summary>Whether the model that would be served loads and passes its probe.</summary>
internal static class ModelCheck
{
    public static Finding Run(ScoringOptions options)
    {
        try
        {
            var directory = new ModelDirectory(options);
            var model = directory.Load(directory.Newest());
            try
            {
                var manifest = model.Model.Manifest;
                return Finding.Ok("model", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{manifest.Name} version {manifest.Version}: digest, shape and {manifest.Golden.Count} golden row(s) are right"));
            }
            finally
            {
                model.Release();
            }
        }
        catch (DirectoryNotFoundException error)
        {
            return Finding.Fail("model", error.Message, "name a folder of versions with --model, or train one with 'fraud train'");
        }
        catch (ModelRefusedException error)
        {
            return Finding.Fail("model", LibraryCheck.OneLine(error.Message), "put the version back as it was made, or remove its folder: the next lower one is served");
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException)
        {
            return Finding.Fail("model", "not probed: onnxruntime does not load", "see onnxruntime above");
        }
    }
}
