import EchoFormats
import EchoStore
import Testing

/// The scan of a manifest's lines says what the parser says, or leaves the line to it.
@Suite(.timeLimit(.minutes(20))) struct ScannedLineTests {
    /// Lines of every kind that we write.
    private static let lines: [String] = {
        var lines: [String] = []
        for (id, overrides): (String, JSONObject) in [
            ("a.wav", [:]), ("dir/caf\u{e9} \u{4e00}.wav", ["start": .number("0.5")]),
            ("q\"uote", ["csv_columns": .array([.string("x")]), "channels": .string("each")]),
        ] {
            let source = RecordingSource(
                id: id, path: "/data/" + id, byteCount: 320_044,
                modified: 1_700_000_000_123_456_789,
                overrides: overrides, fields: ["label": .string("ok"), "n": .number("-1.5e3")])
            var embedding = ManifestEntry.Embedding(
                channel: id == "a.wav" ? nil : 3, sampleRate: 16_000, sampleCount: 160_000,
                frameCount: 998, width: 1344,
                utterance: .init(file: "u.npy", rows: 7..<8, sha256: "00ff"),
                segments: .init(file: "s.npy", rows: 14..<90), note: id == "a.wav" ? nil : "odd",
                devices: [DeviceKind(name: "cpu", driver: "1.2", tiles: "4x4")])
            embedding.columns = id == "a.wav" ? nil : ["x", "y"]
            for outcome in [
                ManifestEntry.Outcome.embedded(embedding),
                .failed(code: "empty", reason: "nothing."),
            ] {
                let entry = ManifestEntry(
                    source: source, attempt: 12, run: "0123456789ab", outcome: outcome)
                lines.append(entry.json.text)
            }
        }
        return lines + [lines[0] + "   "]
    }()

    private struct Facts: Equatable {
        let key: SourceKey
        let attempt: Int
        let hasChannel, isFailed: Bool
        /// Width and rows.
        let shape: EmbeddedShape?
    }

    private static func scanned(_ text: [UInt8]) -> Facts? {
        text.withUnsafeBytes { bytes in
            ScannedLine(bytes).map { line in
                Facts(
                    key: SourceKey(
                        id: line.id, path: line.path, byteCount: line.byteCount,
                        modified: line.modified, overrides: line.overrides),
                    attempt: line.attempt, hasChannel: line.hasChannel,
                    isFailed: line.code != nil,
                    shape: line.code == nil ? EmbeddedShape(line) : nil)
            }
        }
    }

    private static func embedding(of entry: ManifestEntry) -> ManifestEntry.Embedding? {
        if case .embedded(let embedding) = entry.outcome { embedding } else { nil }
    }

    private static func parsed(_ text: [UInt8]) -> Facts? {
        var scanner = JSONScanner(text)
        guard let object = try? scanner.object(), (try? scanner.end()) != nil,
            let entry = try? ManifestEntry(object)
        else { return nil }
        return Facts(
            key: SourceKey(entry.source), attempt: entry.attempt, hasChannel: entry.channel != nil,
            isFailed: entry.isFailed, shape: embedding(of: entry).map { EmbeddedShape($0) })
    }

    @Test func plainLinesAreTakenAndMeanTheSame() {
        for line in Self.lines {
            let text = Array(line.utf8)
            #expect(Self.parsed(text) != nil)
            if line.contains("\\") {
                #expect(Self.scanned(text) == nil, "an escape is the parser's: \(line)")
            } else {
                #expect(Self.scanned(text) == Self.parsed(text), "\(line)")
            }
        }
    }

    /// The last integer has no next one, which would be the end of the row.
    @Test func numbersThatAreTooLargeAreNotTaken() {
        let row = "\"utterance_row\":7,"
        for number in ["\(Int.max)", "9223372036854775808", "-1", "1.0", "1e3"] {
            let text = Array(
                Self.lines[0].replacing(row, with: "\"utterance_row\":\(number),").utf8)
            #expect(Self.scanned(text) == nil && Self.parsed(text) == nil, "\(number)")
        }
    }

    /// Seeded: bytes changed, taken out and put in. A line that is damaged is never taken, and one that is
    /// taken means what the parser says.
    @Test func whatIsTakenIsALine() {
        var state: UInt64 = 7
        func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let bytes = Array("\"\\{}[],:0123456789-.eEnulltrfs \u{7f}\u{1}".utf8) + [0xC3, 0xA9, 0xFF]
        var takenCount = 0
        for _ in 0..<60_000 {
            var text = Array(Self.lines[next(below: Self.lines.count)].utf8)
            for _ in 0...next(below: 2) {
                let place = next(below: text.count)
                switch next(below: 4) {
                case 0: text.remove(at: place)
                case 1: text.insert(bytes[next(below: bytes.count)], at: place)
                case 2: text.removeSubrange(place..<min(text.count, place + next(below: 30)))
                default: text[place] = bytes[next(below: bytes.count)]
                }
            }
            guard let scanned = Self.scanned(text) else { continue }
            takenCount += 1
            let isSame = scanned == Self.parsed(text)
            #expect(isSame, "\(String(decoding: text, as: UTF8.self))")
            if !isSame { return }
        }
        #expect(takenCount > 1000, "changes in names are no damage")
    }
}
