import EchoExtract
import EchoReport
import EchoSignal
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Recordings of either layout, read again from what the manifests say.
@Suite(.timeLimit(.minutes(20))) struct ArchivedRecordingTests {
    private static let rate = 8000

    /// Half a second of stereo that 24 bits hold.
    private static let stereo = RecordingFixtures.noise(count: 2 * rate / 2)

    /// Embeds inputs into the folder `out`, and gives the lines that hold by id.
    private static func extract(
        _ folder: ScratchFolder, _ selection: InputSelection, layout: FolderLayout = .files,
        out: String = "out", force: Bool = false
    ) throws -> [String: ManifestEntry] {
        var storage = OutputOptions(layout: layout)
        storage.force = force
        var options = Extraction.Options(
            level: .utterance, batchSize: 4, output: folder[out], storage: storage)
        options.reading = selection.reading
        let summary = try Extraction(selection, options: options).run(on: TestEcho.onCPU())
        #expect(summary.badCount == 0, "\(summary.bad)")
        let parts = try PartFolder(path: folder[out])
        var entries: [String: ManifestEntry] = [:]
        for part in parts.parts {
            for entry in try parts.entries(of: part) { entries[entry.source.id] = entry }
        }
        return entries
    }

    private static func write(_ folder: ScratchFolder, _ name: String) throws -> String {
        let path = try folder.file(name)
        try RecordingFixtures.write(stereo, channels: 2, sampleRate: rate, as: .wav24, to: path)
        return path
    }

    @Test(arguments: [FolderLayout.files, .parts])
    func samplesAreThoseOfTheFile(layout: FolderLayout) throws {
        let folder = try ScratchFolder()
        let path = try Self.write(folder, "in/a.wav")
        let entries = try Self.extract(
            folder, InputSelection(arguments: [folder["in"]]), layout: layout)
        let archive = try RecordingArchive(folder["out"])
        let recording = try archive.recording(try #require(entries["a.wav"]))
        #expect(recording.path == path)
        #expect(recording.file == path)
        #expect(recording.note == nil)
        #expect(recording.seconds == 0.5)
        let part = try recording.samples(from: 0.125, to: 0.25)
        #expect((part.channelCount, part.sampleRate, part.start) == (2, Self.rate, 0.125))
        #expect(part.values == Array(Self.stereo[2000..<4000]))
        let heard = try recording.heard(from: 0.125, to: 0.25)
        #expect(heard.values == part.averaged().values)
    }

    /// Where every channel has a line, each line is heard as its channel.
    @Test func aChannelIsHeardAlone() throws {
        let folder = try ScratchFolder()
        let path = try Self.write(folder, "a.wav")
        let selection = InputSelection(
            arguments: [path], reading: ReadingOptions(channels: .each))
        _ = try Self.extract(folder, selection)
        let parts = try PartFolder(path: folder["out"])
        let entries = try parts.entries(of: try #require(parts.parts.first))
        #expect(entries.count == 2)
        let archive = try RecordingArchive(folder["out"])
        for entry in entries {
            let recording = try archive.recording(entry)
            let channel = try #require(recording.channel)
            let expected = stride(from: channel, to: Self.stereo.count, by: 2).map {
                Self.stereo[$0]
            }
            #expect(try recording.heard().values == expected)
        }
    }

    /// The encoder's own spectrogram of what was embedded, value by value.
    @Test func spectrogramIsTheEncoders() throws {
        let folder = try ScratchFolder()
        let path = try Self.write(folder, "a.wav")
        let entries = try Self.extract(folder, InputSelection(arguments: [path]))
        let recording = try RecordingArchive(folder["out"]).recording(
            try #require(entries["a.wav"]))
        let columns = try recording.spectrogram(limit: .max)
        let whole = try TestEcho.onCPU().spectrogram(recording: path)
        let grid = columns.grid
        #expect(whole.shape == [grid.binCount, grid.frameCount])
        var expected = SpectrogramColumns(grid)
        expected.add(whole.values, first: 0, frameCount: grid.frameCount)
        let pictures = [columns, expected].map {
            SpectrogramPicture($0).plain(width: 2 * grid.frameCount, height: grid.binCount)
        }
        #expect(pictures[0] == pictures[1])
        let part = try recording.spectrogram(limit: 4, from: 0.25)
        #expect(part.columnCount == 4)
        #expect(part.grid.start == 0.25)
    }

    /// A list's own start, rate and columns, from a text file.
    @Test func overridesOfAListHold() throws {
        let folder = try ScratchFolder()
        let rows = (0..<4000).map { "\($0 % 7 - 3);\(Float($0 % 64) / 64);0.5" }
        try folder.text("in/a.csv", (["a;b;c"] + rows).joined(separator: "\n") + "\n")
        let list = try folder.text(
            "in/list.jsonl",
            #"{"path": "a.csv", "id": "x", "sample_rate": 4000, "start": 0.25, "csv_columns": "b"}"#
                + "\n")
        let entries = try Self.extract(
            folder, InputSelection(manifest: list), layout: .parts)
        let recording = try RecordingArchive(folder["out"]).recording(try #require(entries["x"]))
        #expect(recording.start == 0.25)
        #expect(recording.seconds == 0.75)
        let part = try recording.samples(from: 0.5, to: 0.51)
        #expect(part.values == (3000..<3040).map { Float($0 % 64) / 64 })
        #expect(part.start == 0.75)
    }

    @Test(arguments: [false, true])
    func aMemberOfATarIsRead(isCompressed: Bool) throws {
        let folder = try ScratchFolder()
        for name in ["x/one", "x/two"] { _ = try Self.write(folder, "in/\(name).wav") }
        let tar = folder[isCompressed ? "a.tar.gz" : "a.tar"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", isCompressed ? "-czf" : "-cf", tar, "-C", folder["in"], "x"]
        try process.run()
        process.waitUntilExit()
        let entries = try Self.extract(folder, InputSelection(arguments: [tar]))
        #expect(entries.count == 2)
        let archive = try RecordingArchive(folder["out"])
        for entry in entries.values {
            let recording = try archive.recording(entry)
            #expect(recording.file == nil)
            #expect(try recording.samples().values == Self.stereo)
        }
        try FileManager.default.removeItem(atPath: tar)
        #expect(throws: EchoError.self) {
            try RecordingArchive(folder["out"]).recording(try #require(entries.values.first))
        }
    }

    /// Lines of a folder whose settings changed are read by those that they were made with.
    @Test func earlierSettingsHoldForEarlierLines() throws {
        let folder = try ScratchFolder()
        let first = try Self.write(folder, "a.wav")
        let second = try Self.write(folder, "b.wav")
        _ = try Self.extract(
            folder, InputSelection(arguments: [first], reading: ReadingOptions(channels: .first)))
        let entries = try Self.extract(
            folder,
            InputSelection(arguments: [second], reading: ReadingOptions(channels: .last)),
            force: true)
        let archive = try RecordingArchive(folder["out"])
        for (id, channel) in [("a.wav", 0), ("b.wav", 1)] {
            let recording = try archive.recording(try #require(entries[id]))
            let expected = stride(from: channel, to: Self.stereo.count, by: 2).map {
                Self.stereo[$0]
            }
            #expect(try recording.heard().values == expected, "\(id)")
        }
        // Without the earlier record, nobody knows how the first was read.
        let earlier = try #require(try folder.files(in: "out").first { $0.hasPrefix("run-") })
        try FileManager.default.removeItem(atPath: folder["out/\(earlier)"])
        let error = try #require(throws: EchoError.self) {
            try RecordingArchive(folder["out"]).recording(try #require(entries["a.wav"]))
        }
        #expect(error.kind == .data)
        #expect(error.message.contains(earlier))
    }

    // MARK: Where it lies now

    @Test func anotherTimeIsNotedAndAnotherSizeRefused() throws {
        let folder = try ScratchFolder()
        let path = try Self.write(folder, "a.wav")
        let entry = try #require(
            try Self.extract(folder, InputSelection(arguments: [path]))["a.wav"])
        let archive = try RecordingArchive(folder["out"])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path)
        let note = try #require(try archive.recording(entry).note)
        #expect(note.contains("time of change"))
        try Data([0]).write(to: URL(fileURLWithPath: path))
        let changed = try #require(throws: EchoError.self) { try archive.recording(entry) }
        #expect(changed.kind == .data)
        #expect(changed.message.contains("it has 1 bytes"))
        try FileManager.default.removeItem(atPath: path)
        let gone = try #require(throws: EchoError.self) { try archive.recording(entry) }
        #expect(gone.kind == .input)
        #expect(gone.message.contains(path))
        #expect(gone.message.contains("--recordings"))
    }

    /// Moved below another folder: found by as much of its path as is still so; what has only its name is passed over
    /// where its size is another.
    @Test func isFoundBelowARoot() throws {
        let folder = try ScratchFolder()
        let path = try Self.write(folder, "in/b/a.wav")
        let entry = try #require(
            try Self.extract(folder, InputSelection(arguments: [folder["in"]]))["b/a.wav"])
        for (place, isFound) in [
            ("new/b/a.wav", true), ("new/a.wav", true), ("new/c/a.wav", false),
        ] {
            try FileManager.default.createDirectory(
                atPath: folder["new/b"], withIntermediateDirectories: true)
            try FileManager.default.createDirectory(
                atPath: folder["new/c"], withIntermediateDirectories: true)
            if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.moveItem(atPath: path, toPath: folder[place])
            }
            let archive = try RecordingArchive(folder["out"], root: folder["new"])
            if isFound {
                #expect(try archive.recording(entry).path == folder[place])
            } else {
                #expect(throws: EchoError.self) { try archive.recording(entry) }
            }
            try? FileManager.default.moveItem(atPath: folder[place], toPath: path)
        }
        try folder.text("new/b/a.wav", "another")
        try FileManager.default.moveItem(atPath: path, toPath: folder["new/a.wav"])
        let archive = try RecordingArchive(folder["out"], root: folder["new"])
        #expect(try archive.recording(entry).path == folder["new/a.wav"])
    }

    @Test func relativePathsAreTriedBesideTheFolder() {
        #expect(
            RecordingPlaces(folder: "/data/out/", root: nil).candidates("in/a.wav")
                == ["in/a.wav", "/data/in/a.wav"])
        #expect(
            RecordingPlaces(folder: "x/out", root: nil).candidates("in/a.wav")
                == ["in/a.wav", "x/in/a.wav"])
        #expect(RecordingPlaces(folder: "out", root: nil).candidates("in/a.wav") == ["in/a.wav"])
        #expect(
            RecordingPlaces(folder: "out", root: "/mnt").candidates("/in/a.wav")
                == ["/mnt/in/a.wav", "/mnt/a.wav", "/in/a.wav"])
    }

    @Test func aFolderWithoutARecordIsAnError() throws {
        let folder = try ScratchFolder()
        let error = try #require(throws: EchoError.self) { try RecordingArchive(folder.path) }
        #expect(error.kind == .data)
        #expect(error.message.contains("run.json"))
    }
}
