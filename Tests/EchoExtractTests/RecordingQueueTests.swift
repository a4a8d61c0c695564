import EchoSignal
import EchoTestSupport
import Foundation
import Synchronization
import Testing

import EchoExtract

/// Recordings handed out to several threads.
@Suite(.timeLimit(.minutes(20))) struct RecordingQueueTests {
    private static let archiveCount = 4
    private static let memberCount = 12

    /// A folder with archives of recordings, plain and compressed, and files between them.
    private static func inputs(_ scratch: ScratchFolder) throws -> InputList {
        for archive in 0..<archiveCount {
            for member in 0..<memberCount {
                try write(scratch, "in/\(archive)/\(member + 10).wav", archive * 100 + member)
            }
            let isPlain = archive % 2 == 0
            try run(
                "tar", isPlain ? "-cf" : "-czf",
                try scratch.file("all/\(archive).tar\(isPlain ? "" : ".gz")"), "-C",
                scratch.path + "/in", "\(archive)")
            try write(scratch, "all/\(archive)-file.wav", archive * 100 + 50)
        }
        return try InputDiscovery(arguments: [scratch.path + "/all"]).inputs
    }

    private static func write(_ scratch: ScratchFolder, _ name: String, _ seed: Int) throws {
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 300 + seed, seed: UInt32(seed + 1)), sampleRate: 1000,
            as: .wav16, to: scratch.file(name))
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private static func sampleCount(_ content: Result<SignalContent, SignalError>, _ input: Input)
        throws -> Int
    {
        try RecordingReader.open(input, content.get()).sampleCount
    }

    /// By the seed, which the name says.
    private static func expectedCount(_ input: Input) -> Int {
        let parts = input.name.split(separator: "/")
        let archive = Int(String(parts[0].prefix(1))) ?? -1
        let member = parts.count == 1 ? 50 : (Int(parts[parts.count - 1].prefix(2)) ?? 0) - 10
        return 300 + archive * 100 + member
    }

    @Test(arguments: [1, 2, 5]) func everyRecordingComesOnceWithItsOwnBytes(threads: Int) throws {
        let scratch = try ScratchFolder()
        let inputs = try Self.inputs(scratch)
        #expect(inputs.count == Self.archiveCount * (Self.memberCount + 1))
        let queue = RecordingQueue(inputs, reading: ReadingOptions(), archivesAtOnce: threads)
        let counts = Mutex<[Int: Int]>([:])
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while let (number, content) = queue.next() {
                let count = try? Self.sampleCount(content, inputs[number])
                counts.withLock { $0[number] = $0[number] == nil ? count : -1 }
            }
        }
        let expected = inputs.map(Self.expectedCount)
        #expect(counts.withLock { found in inputs.indices.map { found[$0] } } == expected)
    }

    @Test func oneArchiveAtATimeComesInOrder() throws {
        let scratch = try ScratchFolder()
        let inputs = try Self.inputs(scratch)
        let queue = RecordingQueue(inputs, reading: ReadingOptions(), archivesAtOnce: 1)
        var numbers: [Int] = []
        while let (number, _) = queue.next() { numbers.append(number) }
        #expect(numbers == Array(inputs.indices))
    }

    /// Where there is room for the rows of one recording beside the one whose turn it is, and three threads
    /// read three archives, all come to their end: the one whose turn it is was always handed out.
    @Test func whoeverWaitsForATurnDoesNotKeepItFromComing() throws {
        let scratch = try ScratchFolder()
        let inputs = try Self.inputs(scratch)
        let queue = RecordingQueue(inputs, reading: ReadingOptions(), archivesAtOnce: 3)
        let gate = WaitingRowsLimit(limit: 1)
        let done = Mutex<(numbers: Set<Int>, head: Int)>(([], 0))
        DispatchQueue.concurrentPerform(iterations: 3) { _ in
            while let (number, _) = queue.next(), gate.admit(number, byteCount: 1, flush: {}) {
                let head = done.withLock { done in
                    done.numbers.insert(number)
                    while done.numbers.contains(done.head) { done.head += 1 }
                    return done.head
                }
                gate.advance(to: head)
            }
        }
        #expect(done.withLock { $0.head } == inputs.count)
    }

    /// Members of a plain tar are read where they lie, as the copies are; with names beyond 100 bytes.
    @Test(arguments: ["ustar", "gnu", "pax", "v7"])
    func aMemberInPlaceIsItsCopy(format: String) throws {
        let scratch = try ScratchFolder()
        let folder =
            format == "v7" ? "short" : String(repeating: "long/", count: 18) + "name-of-a-folder"
        for seed in 0..<3 { try Self.write(scratch, "in/\(folder)/\(seed).wav", seed) }
        let archive = try scratch.file("all.tar")
        try Self.run("tar", "--format=\(format)", "-cf", archive, "-C", scratch.path + "/in", ".")
        let inputs = try InputDiscovery(arguments: [archive]).inputs
        #expect(inputs.count == 3)
        var (copying, inPlace) = (ArchiveMembers(), ArchiveMembers())
        for input in inputs {
            let copy = try RecordingReader.open(input, copying.content(of: input))
            let content = try inPlace.content(of: input, for: ReadingOptions())
            // It is open: what becomes of the archive's name does not matter.
            try FileManager.default.moveItem(atPath: archive, toPath: archive + ".moved")
            let own = try RecordingReader.open(input, content)
            try FileManager.default.moveItem(atPath: archive + ".moved", toPath: archive)
            #expect(own.sampleCount == copy.sampleCount)
            #expect(own.note == nil)
            #expect(try own.next()?.samples == copy.next()?.samples)
        }
    }

    /// A member that is cut off is the archive's damage, in place as copied.
    @Test func aMemberBeyondTheArchivesEndIsDamage() throws {
        let scratch = try ScratchFolder()
        try Self.write(scratch, "in/a.wav", 1)
        let archive = try scratch.file("all.tar")
        try Self.run("tar", "-cf", archive, "-C", scratch.path + "/in", "a.wav")
        let inputs = try InputDiscovery(arguments: [archive]).inputs
        try Data(contentsOf: URL(fileURLWithPath: archive)).prefix(900)
            .write(to: URL(fileURLWithPath: archive))
        let errors = [nil, ReadingOptions()].map { reading in
            #expect(throws: SignalError.self) {
                var members = ArchiveMembers()
                _ = try members.content(of: inputs[0], for: reading)
            }
        }
        #expect(errors[0]?.description == errors[1]?.description)
    }

    /// One that is cut while it is read fails: it is no recording whose header promises too much.
    @Test func aMemberThatIsCutWhileItIsReadFails() throws {
        let scratch = try ScratchFolder()
        try Self.write(scratch, "in/a.wav", 1)
        let archive = try scratch.file("all.tar")
        try Self.run("tar", "-cf", archive, "-C", scratch.path + "/in", "a.wav")
        let inputs = try InputDiscovery(arguments: [archive]).inputs
        var members = ArchiveMembers()
        let content = try members.content(of: inputs[0], for: ReadingOptions())
        #expect(truncate(archive, 900) == 0)
        #expect(throws: SignalError.self) {
            let recording = try RecordingReader.open(inputs[0], content)
            while try recording.next() != nil {}
        }
    }
}
