using System.Runtime.Versioning;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>deploy/remote.sh with a host that is a folder of this machine: ssh runs there what it is told.</summary>
[SupportedOSPlatform("linux")]
public sealed class RemoteScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Remote_Deployment_ChecksTheCommitOutAndDeploysTheImage()
    {
        var (_, next) = await Host(exit: 0);

        var (exit, output) = await Remote(next, "docker.io/acme/fraud-detection:sha-1");

        Assert.True(exit == 0, output);
        Assert.Equal("--image docker.io/acme/fraud-detection:sha-1", (await File.ReadAllTextAsync(_folder.File("host/deployed"))).Trim());
        Assert.Equal(next, await Git("rev-parse", "HEAD"));
    }

    /// <summary>What runs there is the version of before again, so that is what has to lie there.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Remote_DeploymentThatFails_ChecksTheCommitOfBeforeOutAgain(int code)
    {
        var (before, next) = await Host(code);

        var (exit, output) = await Remote(next, "fraud-detection:2");

        Assert.True(exit == code, output);
        Assert.Equal(before, await Git("rev-parse", "HEAD"));
    }

    [Theory]
    [InlineData("main; reboot", "fraud-detection:2")]
    [InlineData("main", "")]
    [InlineData("main", "$(reboot)")]
    public async Task Remote_WhatIsNoCommitOrImage_IsRefusedHere(string commit, string image)
    {
        var (exit, output) = await Remote(commit, image);

        Assert.True(exit == 2, output);
        Assert.False(File.Exists(_folder.File("ssh.log")));
    }

    public void Dispose() => _folder.Dispose();

    private Task<(int Exit, string Output)> Remote(string commit, string image)
    {
        Write("ssh", $"#!/bin/bash\necho \"$*\" >>{_folder.File("ssh.log")}\nexec bash -c \"${{*: -1}}\"\n");
        return DeployTool.Run(
            "bash",
            new Dictionary<string, string?> { ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", ["DEPLOY_FOLDER"] = _folder.File("host") },
            Path.Combine(Repository.Root, "deploy", "remote.sh"), "deploy@host", commit, image);
    }

    /// <summary>A clone in the folder of the host, and a commit after it, whose deploy.sh ends so.</summary>
    private async Task<(string Before, string Next)> Host(int exit)
    {
        Directory.CreateDirectory(_folder.File("origin/deploy"));
        Write("origin/deploy/deploy.sh", "#!/bin/sh\nexit 9\n");
        await Sh("cd origin && git init -q -b main && git config user.email t@example.com && git config user.name t && git add . && git commit -qm one && git clone -q . ../host");
        Write("origin/deploy/deploy.sh", $"#!/bin/sh\necho \"$*\" >{_folder.File("host/deployed")}\nexit {exit}\n");
        await Sh("cd origin && git commit -qam two");
        return (await Git("rev-parse", "HEAD"), (await DeployTool.Run("git", "-C", _folder.File("origin"), "rev-parse", "HEAD")).Output.Trim());
    }

    private async Task<string> Git(params string[] arguments) => (await DeployTool.Run("git", ["-C", _folder.File("host"), .. arguments])).Output.Trim();

    private async Task Sh(string command)
    {
        var (exit, output) = await DeployTool.Run("bash", "-ec", $"cd {_folder.Path} && {command}");
        Assert.True(exit == 0, output);
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
