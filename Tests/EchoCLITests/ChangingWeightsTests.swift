import EchoModel
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Weights that others write to while a run goes on, or that do not fit into memory.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ChangingWeightsTests {
    private enum Change: CaseIterable {
        case overwritten, cutOff
    }

    /// Every row is of the weights that `run.json` names: those that the run began with.
    @Test(arguments: Change.allCases)
    private func aRunKeepsTheWeightsThatItBeganWith(change: Change) throws {
        let archive = try Archive(200)
        #expect(try archive.run("whole").status == 3)
        let path = archive.place.model + "/model.safetensors"
        let run = try RunningEchoGPU(archive.arguments("out"))
        try run.wait { try archive.partCount("out") > 0 }
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        switch change {
        case .overwritten: try file.write(contentsOf: Data(repeating: 0, count: size))
        case .cutOff: try file.truncate(atOffset: 0)
        }
        let (end, text) = (run.end(), try run.standardError)
        #expect(end.status == 3 && !end.isSignal, "\(text)")
        #expect(try archive.bytes("out") == archive.bytes("whole"))
    }

    /// A header that promises 69 GB, in a file that takes no room on the disk.
    @Test func weightsThatDoNotFitIntoMemoryAreNamed() throws {
        let place = try Workplace()
        let recording = try place.recording("a.wav")
        let path = try place.folder.file("huge.safetensors")
        try HugeCheckpoint.write(path, width: 1 << 16)
        let arguments = [
            "extract", "--model", path, "--device", "cpu", "--output", place.folder["out"],
            recording,
        ]
        let limited = try LimitedEchoGPU(arguments, limits: "ulimit -v 16000000", isRoot: true)
        #expect(limited.status == 71, "\(limited.standardError)")
        #expect(limited.standardError.contains("\(path): there is not enough memory"))
    }

    @Test func aModelFolderThatIsAPipeIsRefused() throws {
        let place = try Workplace()
        let recording = try place.recording("a.wav")
        let pipe = try place.folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let result = try EchoGPUProcess([
            "extract", "--model", pipe, "--device", "cpu", "--output", place.folder["out"],
            recording,
        ])
        #expect(result.status == 78, "\(result.standardError)")
        #expect(result.standardError.contains("\(pipe): this is not a regular file"))
    }
}

/// A checkpoint of one layer whose data are a hole.
private enum HugeCheckpoint {
    static func write(_ path: String, width: Int) throws {
        let folder = try ScratchFolder()
        let model = try folder.file("small.safetensors")
        let configuration = Configuration(
            embeddingWidth: 64, layerCount: 1, headCount: 1, feedForwardWidth: 1)
        try Weights.synthetic(seed: 1, configuration: configuration).write(to: model)
        let small = try SafetensorsFile(path: model)
        var (members, end): ([String], Int) = ([], 0)
        for name in small.names {
            // Every extent of the small one that stands for the width, or for three of it.
            let shape = (small.shape(of: name)?.dimensions ?? []).map { extent in
                extent == 64 ? width : extent == 192 ? 3 * width : extent
            }
            let begin = end
            end += 4 * shape.reduce(1, *)
            members.append(
                #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#)
        }
        let header = Data(("{" + members.joined(separator: ",") + "}").utf8)
        var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        bytes += header
        try bytes.write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(bytes.count + end))
        try file.close()
    }
}
