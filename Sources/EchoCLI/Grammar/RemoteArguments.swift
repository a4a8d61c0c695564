import EchoFormats
import FoundationEssentials

/// Addresses on the network among the arguments, where only paths can be.
enum RemoteArguments: Misreading {
    static func isPossible(_ arguments: [String]) -> Bool {
        arguments.contains { $0.contains("://") }
    }

    /// Models have one scheme of their own, `hf://`, and what lies here under such a name is no address.
    static func refusal(_ scan: CommandLineScan) -> String? {
        let values = scan.options.filter { !texts.contains($0.argument?.plainName ?? "") }
            .compactMap(\.value)
        for value in values + scan.positionals
        where !value.hasPrefix("hf://") && !FileManager.default.fileExists(atPath: value) {
            if let remedy = RemoteAddress.refusal(of: value) { return remedy }
        }
        return nil
    }

    /// Options whose values are no paths.
    private static let texts: Set<String> = ["pattern", "device", "id"]
}
