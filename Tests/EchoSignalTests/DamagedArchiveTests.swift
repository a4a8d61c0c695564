import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Archives that are not what they were: nothing of them disappears in silence, and nothing that a
/// checksum speaks against is read.
@Suite(.timeLimit(.minutes(20))) struct DamagedArchiveTests {
    private let scratch: ScratchFolder
    /// Three members, and where each header starts.
    private let tar: TarFile
    private static let headers = [0, 1536, 3072]

    init() throws {
        scratch = try ScratchFolder()
        var tar = TarFile()
        for seed in 1...3 {
            let path = try scratch.file("\(seed).wav")
            try RecordingFixtures.write(
                RecordingFixtures.noise(count: 300, seed: UInt32(seed)), sampleRate: 1000,
                as: .wav16, to: path)
            try tar.add("\(seed).wav", file: path)
        }
        self.tar = tar
    }

    /// Members that are found and can be read, and the problems' texts.
    private func list(_ bytes: [UInt8], _ name: String = "x.tar") throws -> (
        members: [String], problems: [String]
    ) {
        let path = try scratch.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        // Something that is found in any case.
        let found = try InputDiscovery(arguments: [path, scratch.path + "/1.wav"])
        var members = ArchiveMembers()
        let inputs = found.inputs.filter { $0.path.hasPrefix(path) }
        for input in inputs { _ = try members.content(of: input) }
        return (
            inputs.map { String($0.name.dropFirst(name.count + 1)) }, found.problems.map { "\($0)" }
        )
    }

    private static let end = [UInt8](repeating: 0, count: 1024)

    @Test func aWholeOneHasNoProblem() throws {
        let found = try list(tar.bytes + Self.end)
        #expect(found.members == ["1.wav", "2.wav", "3.wav"])
        #expect(found.problems.isEmpty)
    }

    /// A checksum that is wrong, and sizes that are.
    @Test(arguments: [148, 130])
    func aDamagedHeaderEndsIt(place: Int) throws {
        for (number, header) in Self.headers.enumerated() {
            var bytes = tar.bytes + Self.end
            bytes[header + place] = UInt8(ascii: "7")
            let found = try list(bytes)
            #expect(found.members == Array(["1.wav", "2.wav", "3.wav"].prefix(number)))
            #expect(found.problems.count == 1)
            #expect(found.problems[0].contains("x.tar: the archive cannot be read to its end"))
        }
    }

    /// Members that a list names fail by what is wrong with their archive, not as files that are not there.
    @Test func aListsMembersHaveTheArchivesReason() throws {
        var damaged = tar.bytes + Self.end
        damaged[Self.headers[1] + 148] = UInt8(ascii: "7")
        try Data(damaged).write(to: URL(fileURLWithPath: scratch["x.tar"]))
        try tar.write(to: scratch["whole.tar"])
        let names = [
            "x.tar/1.wav", "x.tar/2.wav", "x.tar/3.wav", "whole.tar/3.wav", "whole.tar/4.wav",
        ]
        let list = try scratch.text("l.csv", "path\n" + names.joined(separator: "\n") + "\n")
        let inputs = try InputDiscovery(InputSelection(manifest: list)).inputs
        #expect(inputs.map(\.name) == names)
        var members = ArchiveMembers()
        let errors =
            inputs.map { input in
                do throws(SignalError) {
                    _ = try members.content(of: input)
                    return nil
                } catch {
                    return error
                }
            } as [SignalError?]
        #expect(errors.map { $0?.code } == [nil, "archive", "archive", nil, "archive"])
        let problem = try InputDiscovery(arguments: [scratch["x.tar"]]).problems[0]
        guard case .archive(_, let text) = problem.cause else {
            Issue.record("\(problem)")
            return
        }
        #expect(errors[1]?.reason.contains(text) == true)
        #expect(errors[4]?.reason.contains("no recording of that name") == true)
        // Once the archives are mended their content is another: then they are tried again.
        #expect(inputs.map { $0.modified > 0 } == errors.map { $0 == nil })
    }

    @Test func whatFollowsTheEndIsReported() throws {
        for tail in [tar.bytes + Self.end, Array("garbage".utf8)] {
            let found = try list(tar.bytes + Self.end + tail)
            #expect(found.members.count == 3)
            #expect(found.problems.count == 1)
            #expect(found.problems[0].contains("more follows its end"))
        }
        // One empty block between members ends it as well.
        let zero = [UInt8](repeating: 0, count: 512)
        let found = try list(Array(tar.bytes[..<1536]) + zero + tar.bytes[1536...] + Self.end)
        #expect(found.members == ["1.wav"])
        #expect(found.problems.count == 1)
    }

    @Test func anEndWithoutItsMarkIsReported() throws {
        let found = try list(tar.bytes)
        #expect(found.members.count == 3)
        #expect(found.problems.count == 1)
        #expect(found.problems[0].contains("without the mark"))
        // Cut off between members: nothing else tells.
        #expect(try list(Array(tar.bytes[..<3072])).problems.count == 1)
        // Whatever pads it.
        let padded = try list(tar.bytes + [UInt8](repeating: 0, count: 10_240))
        #expect(padded.problems.isEmpty)
    }

    @Test func linksAreReported() throws {
        var tar = tar
        tar.add("hard.wav", [], type: "1", link: "1.wav")
        tar.add("soft.wav", [], type: "2", link: "1.wav")
        tar.add("soft.txt", [], type: "2", link: "1.txt")
        let found = try list(tar.bytes + Self.end)
        #expect(found.members.count == 3)
        #expect(found.problems.count == 2)
        #expect(found.problems.allSatisfy { $0.contains("it is a link to") })
    }

    /// What macOS packs beside every file, and folders that a search would pass over.
    @Test func hiddenMembersAreSkipped() throws {
        var tar = tar
        for name in ["._1.wav", "__MACOSX/2.wav", "x/.hidden/3.wav", "./._4.wav"] {
            tar.add(name, [1, 2, 3])
        }
        let found = try list(tar.bytes + Self.end)
        #expect(found.members.count == 3)
        #expect(found.problems.isEmpty)
    }

    private func pack(_ bytes: [UInt8], _ program: String) throws -> [UInt8] {
        let path = try scratch.file("packing")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program, "-c", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let packed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return [UInt8](packed)
    }

    /// gzip's checksum and length stand at its end.
    @Test func aWrongChecksumSpeaksAgainstAllMembers() throws {
        let packed = try pack(tar.bytes + Self.end, "gzip")
        let whole = try list(packed, "x.tar.gz")
        #expect(whole.members.count == 3)
        #expect(whole.problems.isEmpty)
        for place in [packed.count - 8, packed.count - 4] {
            var bytes = packed
            bytes[place] ^= 1
            let found = try list(bytes, "x.tar.gz")
            #expect(found.members.isEmpty)
            #expect(found.problems.count == 1)
            #expect(found.problems[0].contains("gzip compression is damaged"))
        }
    }

    /// Of several streams the checksums of those before hold.
    @Test func streamsBeforeADamagedOneAreTrusted() throws {
        let packed = try [0..<1536, 1536..<3072, 3072..<4608].map {
            try pack(Array(tar.bytes[$0]), "gzip")
        }
        let end = try pack(Self.end, "gzip")
        #expect(try list(packed.flatMap { $0 } + end, "x.tar.gz").members.count == 3)
        var damaged = packed[1]
        damaged[damaged.count - 8] ^= 1
        let found = try list(packed[0] + damaged + packed[2] + end, "x.tar.gz")
        #expect(found.members == ["1.wav"])
        #expect(found.problems.count == 1)
        // Zeros may pad it, other bytes are none of it; the members are sound.
        let padding = [UInt8](repeating: 0, count: 600)
        #expect(try list(packed.flatMap { $0 } + end + padding, "x.tar.gz").problems.isEmpty)
        let odd = try list(packed.flatMap { $0 } + end + [1, 2, 3], "x.tar.gz")
        #expect(odd.members.count == 3)
        #expect(odd.problems.count == 1)
    }

    /// Cut off: no checksum says anything, and what came whole is read.
    @Test func ofACutOneTheWholeMembersAreRead() throws {
        let packed = try pack(tar.bytes + Self.end, "gzip")
        let found = try list(Array(packed[..<(packed.count - 20)]), "x.tar.gz")
        #expect(found.members.starts(with: ["1.wav", "2.wav"]))
        #expect(found.problems.count == 1)
        #expect(found.problems[0].contains("cut off"))
    }

    /// Their libraries compare the checksums; the last bytes of a damaged one come out as they are.
    @Test(arguments: ["bzip2", "xz", "zstd"])
    func otherChecksumsAreComparedToo(program: String) throws {
        guard let packed = try? pack(tar.bytes + Self.end, program) else {
            print("note: \(program) is not here; the test did nothing")
            return
        }
        let ending = ["bzip2": "bz2", "xz": "xz", "zstd": "zst"][program] ?? ""
        #expect(try list(packed, "x.tar." + ending).members.count == 3)
        #expect(try list(packed, "x.tar." + ending).problems.isEmpty)
        for place in [packed.count / 3, packed.count / 2] {
            var bytes = packed
            bytes[place] ^= 0x10
            let found = try list(bytes, "x.tar." + ending)
            #expect(found.members.isEmpty)
            #expect(found.problems.count == 1)
        }
    }

    /// GNU tar leaves out stretches of zeros; they come back, also at the end.
    @Test func sparseMembersAreWhole() throws {
        let path = try scratch.file("in/sparse.wav")
        try Data(SoundBytes.wav(SoundBytes.pcm16, dataSize: 3 << 20)).write(
            to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(44 + 3 << 20))
        try file.close()
        let archive = try scratch.file("sparse.tar")
        try TarFile.run("-cSf", archive, "-C", scratch.path, "in")
        let found = try InputDiscovery(arguments: [archive])
        #expect(found.problems.isEmpty)
        #expect(found.inputs.count == 1)
        var members = ArchiveMembers()
        let content = try members.content(of: found.inputs[0])
        let reader = try RecordingReader.open(found.inputs[0], content)
        let whole = try RecordingReader.open(path: path, channels: .mean)
        #expect(reader.sampleCount == whole.sampleCount)
        #expect(
            try RecordingReaderTests.segments(reader).map(\.samples)
                == RecordingReaderTests.segments(whole).map(\.samples))
    }
}
