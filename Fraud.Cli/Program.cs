using System.CommandLine;
using Fraud.Cli.Train;

return new RootCommand("Card-fraud scoring") { TrainCommand.Create(), EvaluateCommand.Create() }.Parse(args).Invoke();
