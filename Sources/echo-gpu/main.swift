import EchoCLI

EchoCommand.run(CommandLine.arguments)
