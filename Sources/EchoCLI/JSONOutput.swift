import EchoInvariant
import Foundation

/// JSON on stdout, one object, keys in a stable order.
enum JSONOutput {
    static func write(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            print(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            invariantFailure("a summary is always JSON: \(error)")
        }
    }
}
