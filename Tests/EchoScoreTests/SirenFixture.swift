import EchoInvariant
import EchoScore
import EchoStore
import EchoTestSupport
import Foundation

/// A synthetic set, and what SIREN says of it: `Tests/Fixtures/scores/siren.json`.
struct SirenFixture: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let width: Int
    let paths: [String]

    // DCASE: of each path SIREN's score, none for training clips; the evaluation set's labels; figures.
    let scores: [Double?]?
    let list: String?
    let metrics: [String: Double]?

    // Fault sets: of each path its class and its fold; SIREN's figures over all channels, and of each.
    let labels: [String]?
    let classes: [String]?
    let folds: [Int]?
    let accuracy: Double?
    let f1: Double?
    let confusion: [[Int]]?
    let channels: [Channel]?

    struct Channel: Decodable, Sendable {
        let accuracy: Double
        let f1_score: Double
    }

    var description: String { name }
    var year: Int { Int(name.dropFirst("dcase".count)) ?? 0 }

    /// The embeddings, `[paths, width]`.
    var rows: RowsInMemory {
        get throws {
            let before = Self.all.prefix { $0.name != name }.reduce(0) {
                $0 + $1.paths.count * $1.width
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("scores/siren.f32")))
            let values = (before..<before + paths.count * width).map { place in
                Float(
                    bitPattern: (0..<4).reduce(UInt32(0)) { bits, byte in
                        bits | UInt32(data[4 * place + byte]) << (8 * byte)
                    })
            }
            return RowsInMemory(values, width: width)
        }
    }

    static let all: [SirenFixture] = decoded("siren.json", as: [SirenFixture].self)
    static let years = all.filter { $0.scores != nil }
    static let faults = all.filter { $0.labels != nil }

    /// A file of `Tests/Fixtures/scores`.
    static func decoded<Value: Decodable>(_ file: String, as type: Value.Type) -> Value {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("scores/\(file)")))
            return try JSONDecoder().decode(type, from: data)
        } catch {
            invariantFailure("\(file): \(error)")
        }
    }
}
