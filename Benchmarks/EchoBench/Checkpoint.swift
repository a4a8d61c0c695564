import ArgumentParser
import EchoModel

/// A published configuration, by its name.
enum ModelSize: String, ExpressibleByArgument, CaseIterable {
    case tiny, small, base, large

    var configuration: Configuration {
        switch self {
        case .tiny: .tiny
        case .small: .small
        case .base: .base
        case .large: .large
        }
    }
}

/// A checkpoint of untrained weights, for machines that no published one can be carried to.
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Write a safetensors file of untrained weights, made from a seed.")

    @Option(help: "The configuration: tiny, small, base or large.") var size = ModelSize.tiny
    @Option(help: "What the weights are made from; 1 gives those of --model demo.")
    var seed: UInt64 = 1
    @Argument(help: "The file.") var file: String

    func run() throws {
        try Weights.synthetic(seed: seed, configuration: size.configuration).write(to: file)
    }
}
