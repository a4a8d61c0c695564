import CEchoGPU
import EchoC
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct FilesTests {
    /// A row as a caller keeps it.
    struct Row {
        let fields: [String: Any]
        let utterance, segments: [Float]
        let width, rowCount: Int

        var status: String? { fields["status"] as? String }
        var code: String? { fields["code"] as? String }
        var id: String? { fields["id"] as? String }
        var input: Int? { fields["input"] as? Int }

        init(_ row: echo_gpu_row) {
            func values(_ start: UnsafePointer<Float>?, _ count: Int64) -> [Float] {
                start.map { Array(UnsafeBufferPointer(start: $0, count: Int(count))) } ?? []
            }
            let text = row.fields.map { String(cString: $0) } ?? ""
            let json = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            fields = json as? [String: Any] ?? [:]
            utterance = values(row.utterance, row.width)
            segments = values(row.segments, row.rows * row.width)
            (width, rowCount) = (Int(row.width), Int(row.rows))
        }
    }

    private final class Collector {
        var rows: [Row] = []
        var summary: [String: Any] = [:]
        var limit = Int.max
    }

    private func embed(
        _ encoder: CEncoder, _ request: String, limit: Int = .max
    ) throws(CError) -> (rows: [Row], summary: [String: Any]) {
        let collector = Collector()
        collector.limit = limit
        var summary: UnsafeMutablePointer<CChar>?
        let status = echo_gpu_features_of_files(
            encoder.handle, request,
            { context, row in
                guard let context, let row else { return 1 }
                let collector = Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
                collector.rows.append(Row(row.pointee))
                return collector.rows.count < collector.limit ? 0 : 1
            }, nil, Unmanaged.passUnretained(collector).toOpaque(), &summary)
        try CError.check(status)
        let text = summary.map { String(cString: $0) } ?? ""
        echo_gpu_free(summary)
        let json = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        return (collector.rows, json as? [String: Any] ?? [:])
    }

    private func json(_ value: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    @Test func rowsComeInTheOrderOfTheInputsWithTheSameBits() throws {
        let (model, folder) = (try TestModel(), try ScratchFolder())
        var paths: [String] = []
        for (number, signal) in TestModel.mixture.enumerated() {
            paths.append(
                try folder.wav("\(number).wav", signal.samples, sampleRate: signal.rate))
        }
        let encoder = try CEncoder(model)
        let expected = try encoder.embed(TestModel.mixture)
        let (rows, summary) = try embed(
            encoder, try json(["inputs": paths, "level": "both", "batch": 2]))
        #expect(rows.map(\.utterance) == expected.map(\.utterance))
        #expect(rows.map(\.segments) == expected.map(\.segments))
        #expect(rows.map(\.input) == Array(0..<paths.count))
        #expect(rows.allSatisfy { $0.status == "ok" && $0.utterance.count == $0.width })
        #expect(rows[0].fields["sample_rate"] as? Int == 1000)
        #expect(rows[0].fields["path"] as? String == paths[0])
        for absent in ["attempt", "run", "utterance_file", "segment_rows"] {
            #expect(rows[0].fields[absent] == nil)
        }
        #expect(summary["embedded_count"] as? Int == paths.count)
        #expect(summary["bad_count"] as? Int == 0)
    }

    @Test func whatFailsIsARowAmongTheOthers() throws {
        let (model, folder) = (try TestModel(), try ScratchFolder())
        let good = try folder.wav("good.wav", TestModel.mixture[2].samples, sampleRate: 16_000)
        let short = try folder.wav("short.wav", [0.1, 0.2], sampleRate: 16_000)
        let text = try folder.text("noise.wav", "no recording")
        let inputs = [good, folder["away.wav"], short, good, text]
        let encoder = try CEncoder(model)
        let (rows, summary) = try embed(encoder, try json(["inputs": inputs]))
        #expect(rows.map(\.input) == [0, 1, 2, 3, 4])
        #expect(rows.map(\.status) == ["ok", "failed", "failed", "ok", "failed"])
        #expect(rows.map(\.code) == [nil, "missing", "too-short", nil, "unreadable"])
        #expect(rows[0].utterance == rows[3].utterance, "a path that is given twice is two rows")
        #expect(rows[1].width == 0 && rows[1].utterance.isEmpty)
        #expect(summary["embedded_count"] as? Int == 2)
        #expect(summary["bad_count"] as? Int == 3)
    }

    @Test func recordingsBringWhatIsKnownOfThem() throws {
        let (model, folder) = (try TestModel(), try ScratchFolder())
        let samples = TestModel.mixture[2].samples
        let mono = try folder.wav("mono.wav", samples, sampleRate: 16_000)
        let stereo = try folder.wav(
            "stereo.wav", samples.flatMap { [$0, $0 / 2] }, channels: 2, sampleRate: 16_000)
        let list: [[String: Any]] = [
            ["path": mono, "id": "bearing", "label": "good", "end": 0.2],
            ["path": stereo, "channels": "each"], ["path": folder["away.wav"]],
        ]
        let encoder = try CEncoder(model)
        let (rows, _) = try embed(encoder, try json(["recordings": list, "level": "segment"]))
        #expect(rows.map(\.input) == [0, 1, 1, 2])
        #expect(rows[0].id == "bearing" && rows[0].fields["samples"] as? Int == 3200)
        #expect((rows[0].fields["fields"] as? [String: Any])?["label"] as? String == "good")
        #expect(rows[1...2].map { $0.fields["channel"] as? Int } == [0, 1])
        #expect(rows[0].utterance.isEmpty && rows[0].rowCount > 0)
        #expect(rows[3].code == "missing")
        let alone = try encoder.embed([(samples, 16_000)])
        #expect(rows[1].segments == alone[0].segments)

        let csv = try folder.text("list.csv", "path,id\nmono.wav,a\nstereo.wav,b\n")
        let (listed, _) = try embed(
            encoder, try json(["manifest": csv, "channels": "concatenate"]))
        #expect(listed.map(\.id) == ["a", "b"] && listed.map(\.input) == [0, 1])
        #expect(listed.map(\.width) == [448, 896])
    }

    @Test(arguments: [
        ("nonsense", "no JSON object"), ("{}", "none of them"),
        (#"{"inputs":[],"manifest":"a"}"#, "inputs and manifest"),
        (#"{"inputs":["a"],"sample_rat":1}"#, "did you mean sample_rate?"),
        (#"{"inputs":["a"],"sample_rate":"fast"}"#, "sample_rate is \"fast\""),
        (#"{"inputs":["a"],"sample_rate":5}"#, "100 to 10000000 Hz"),
        (#"{"inputs":["a"],"channels":"sideways"}"#, "--channels"),
        (#"{"inputs":["a"],"level":"all"}"#, "utterance, segment or both"),
        (#"{"inputs":["a"],"batch":"x"}"#, "batch is"),
        (#"{"inputs":["a"],"batch":-3}"#, "a batch of -3"),
        (#"{"inputs":[7]}"#, "inputs[0] is 7"), (#"{"recordings":[{}]}"#, "recordings[0]"),
        (#"{"recordings":[{"path":"a","start":-1}]}"#, "recordings[0].start"),
        (#"{"manifest":"-"}"#, "standard input"),
    ])
    func requestsThatCannotBeFulfilled(request: String, reason: String) throws {
        let encoder = try CEncoder(TestModel())
        let error = #expect(throws: CError.self) { _ = try embed(encoder, request) }
        #expect(error?.code == Int32(ECHO_GPU_USAGE), "\(String(describing: error))")
        #expect(error?.text.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func aFolderWithoutRecordingsIsAnError() throws {
        let folder = try ScratchFolder()
        _ = try folder.text("notes.md", "nothing to hear")
        let encoder = try CEncoder(TestModel())
        let request = try json(["inputs": [folder.path]])
        let error = #expect(throws: CError.self) { _ = try embed(encoder, request) }
        #expect(error?.code == Int32(ECHO_GPU_INPUT) && error?.kind == "input")
        #expect(error?.text.contains("No recordings found") == true)
    }

    @Test func aRowStopsTheCall() throws {
        let folder = try ScratchFolder()
        let signal = TestModel.mixture[2]
        for number in 0..<30 {
            try folder.wav("in/\(number).wav", signal.samples, sampleRate: signal.rate)
        }
        let encoder = try CEncoder(TestModel())
        let request = try json(["inputs": [folder["in"]], "batch": 1])
        let error = #expect(throws: CError.self) { _ = try embed(encoder, request, limit: 3) }
        #expect(error?.code == Int32(ECHO_GPU_STOPPED) && error?.kind == "stopped")
        let (rows, _) = try embed(encoder, request)
        #expect(rows.count == 30 && rows.map(\.input) == Array(repeating: 0, count: 30))
    }
}
