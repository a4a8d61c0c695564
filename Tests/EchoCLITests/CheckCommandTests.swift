import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `inspect --check`: every byte of every table is read and held against its manifest.
@Suite(.timeLimit(.minutes(20))) struct CheckCommandTests {
    private static func check(_ runs: EitherLayout) throws -> EchoGPUProcess {
        try EchoGPUProcess(["inspect", "--check", "--json", runs.folder["out"]])
    }

    private static func runs(_ layout: FolderLayout) throws -> EitherLayout {
        let runs = try EitherLayout(layout)
        let paths = try (1...3).map { try runs.recording("\($0).wav", seed: UInt64($0)) }
        let run = try runs.extract("--level", "both", paths[0], paths[1], paths[2])
        #expect(run.status == 0, "\(run.standardError)")
        return runs
    }

    private static func arrays(_ runs: EitherLayout) throws -> [String] {
        try runs.folder.files(in: "out").filter { $0.hasSuffix(".npy") }.sorted()
    }

    @Test(arguments: FolderLayout.allCases)
    func aSoundFolderPasses(layout: FolderLayout) throws {
        let runs = try Self.runs(layout)
        let result = try Self.check(runs)
        #expect(result.status == 0, "\(result.standardOutput)\(result.standardError)")
        let count = try Self.arrays(runs).count
        let json = try result.json()
        #expect(json["file_count"] as? Int == count && json["verified_count"] as? Int == count)
        #expect(json["without_hash_count"] as? Int == 0 && json["problem_count"] as? Int == 0)
        let text = try EchoGPUProcess(["inspect", "--check", runs.folder["out"]]).standardOutput
        let file = layout == .parts ? "table" : "array"
        #expect(text.contains("\n\(count) of \(count) \(file)s have the SHA-256"), "\(text)")
    }

    /// In the header, in the first value and in the last: each flips one bit of one file.
    @Test(arguments: FolderLayout.allCases, [20, 130, -1])
    func aFlippedBitIsFoundAndNamed(layout: FolderLayout, place: Int) throws {
        let runs = try Self.runs(layout)
        for name in try Self.arrays(runs) {
            let url = URL(fileURLWithPath: runs.folder["out/" + name])
            let whole = try Data(contentsOf: url)
            var bytes = whole
            bytes[place < 0 ? bytes.count + place : place] ^= 1
            try bytes.write(to: url)
            let result = try Self.check(runs)
            #expect(result.status == 1, "\(name)")
            let problems = try #require(try result.json()["problems"] as? [String])
            #expect(problems.count == 1 && problems[0].contains(name), "\(problems)")
            try whole.write(to: url)
        }
        #expect(try Self.check(runs).status == 0)
    }

    @Test(arguments: FolderLayout.allCases)
    func aFileThatIsCutOffOrGoneIsNamed(layout: FolderLayout) throws {
        let runs = try Self.runs(layout)
        let names = try Self.arrays(runs)
        let url = URL(fileURLWithPath: runs.folder["out/" + names[0]])
        let whole = try Data(contentsOf: url)
        try whole.dropLast(4).write(to: url)
        let cut = try Self.check(runs)
        #expect(cut.status == 1 && cut.standardOutput.contains(names[0]))
        try FileManager.default.removeItem(at: url)
        let gone = try Self.check(runs)
        #expect(gone.status == 1 && gone.standardOutput.contains(names[0] + ": is missing"))
    }

    /// Folders of older releases have no hashes: that is counted, and no fault. All else is checked.
    @Test func withoutAHashShapeAndValuesAreChecked() throws {
        let runs = try Self.runs(.parts)
        let manifest = runs.folder["out/manifest-000000.jsonl"]
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let older = text.replacing(#/"(utterance|segment)_sha256":"[0-9a-f]{64}",/#, with: "")
        #expect(older != text && !older.contains("sha256"))
        try older.write(toFile: manifest, atomically: true, encoding: .utf8)
        let result = try Self.check(runs)
        #expect(result.status == 0, "\(result.standardOutput)")
        #expect(try result.json()["without_hash_count"] as? Int == 2)
        let url = URL(fileURLWithPath: runs.folder["out/" + (try Self.arrays(runs)[0])])
        var bytes = try Data(contentsOf: url)
        bytes.replaceSubrange(132..<136, with: [0, 0, 0xC0, 0x7F])
        try bytes.write(to: url)
        let found = try Self.check(runs)
        #expect(found.status == 1 && found.standardOutput.contains("row 0"))
    }

    @Test func sha256sumPrintsTheSame() throws {
        let runs = try Self.runs(.parts)
        var hashCount = 0
        for entry in try runs.entries() {
            for level in EmbeddingFiles.Level.allCases {
                guard let place = entry.place(level), let hash = place.sha256 else { continue }
                let process = Process()
                let output = Pipe()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
                process.arguments = [runs.folder["out/" + place.file]]
                process.standardOutput = output
                try process.run()
                process.waitUntilExit()
                let data = output.fileHandleForReading.availableData
                let text = String(decoding: data, as: UTF8.self)
                #expect(text.hasPrefix(hash + " "))
                hashCount += 1
            }
        }
        #expect(hashCount == 2, "a table of each level")
    }

    @Test func onlyAnOutputFolderIsChecked() throws {
        let folder = try ScratchFolder()
        try folder.text("in/a.txt", "mine")
        #expect(try EchoGPUProcess(["inspect", "--check", folder["in"]]).status == 65)
        for command in [["inspect", "--check"], ["compact"]] {
            let result = try EchoGPUProcess(command + [folder["in/a.txt"]])
            #expect(result.status == 65 && result.standardError.contains("a.txt is a file"))
        }
        #expect(try EchoGPUProcess(["inspect", "--check", folder["none"]]).status == 66)
    }
}
