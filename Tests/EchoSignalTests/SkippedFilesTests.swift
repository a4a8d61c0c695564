import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct SkippedFilesTests {
    private static let names = [
        "a.wav", "b.m4a", "c.M4A", "d.tdms", "e.mat", "2003.10.22.12.06.24", "README", "f.md",
        "g.json",
        "h.json", ".DS_Store", ".hidden/x.wav",
    ]

    @Test func endingsAreCountedInFoldersAndArchives() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        for name in Self.names {
            try scratch.text("in/" + name, "")
            // In an archive a JSON belongs to a recording.
            tar.add(name, name.hasSuffix(".json") ? Array("{}".utf8) : [])
        }
        let folder = try InputDiscovery(arguments: [scratch.path + "/in"]).skipped
        #expect(
            folder.kinds.map(\.ending) == [".m4a", "no ending", ".mat", ".tdms", ".json", ".md"])
        #expect(folder.kinds.map(\.count) == [2, 2, 1, 1, 2, 1])
        #expect(folder.count == 9)
        #expect(folder.hiddenCount == 2)
        try tar.write(to: try scratch.file("x.tar"))
        let archive = try InputDiscovery(arguments: [scratch.path + "/x.tar"]).skipped
        #expect(archive.kinds.map(\.ending) == [".m4a", "no ending", ".mat", ".tdms", ".md"])
        #expect(archive.hiddenCount == 2)
    }

    @Test func aSentenceSaysWhatWouldTakeThem() throws {
        let scratch = try ScratchFolder()
        for name in Self.names { try scratch.text(name, "") }
        let skipped = try InputDiscovery(arguments: [scratch.path]).skipped
        #expect(
            skipped.sentences == [
                "Skipped 2 .m4a files: take them with --ffmpeg.",
                "Skipped 2 files without an ending: take them with --text or --raw, where they are "
                    + "signals.",
                "Skipped 1 .mat file: take them with --sample-rate or --mat-rate.",
                "Skipped 1 .tdms file: take them with --sample-rate or --tdms-key.",
                "Skipped 3 other files (2 .json, 1 .md).",
                "Skipped 2 hidden (their names begin with a dot, or are macOS's).",
            ])
        #expect(try JSONEncoder().encode(skipped).count > 0)
    }

    /// Pipes have names of recordings too, and a tar may hold them.
    @Test func pipesAndDevicesAreCounted() throws {
        let scratch = try ScratchFolder()
        try scratch.text("in/a.wav", "")
        try #require(mkfifo(scratch.path + "/in/p.wav", 0o600) == 0)
        let sentence = "Skipped 1 pipe, device or socket: save as files what they give."
        let folder = try InputDiscovery(arguments: [scratch.path + "/in"])
        #expect(folder.inputs.count == 1)
        #expect(folder.skipped.sentences == [sentence])
        #expect(folder.skipped.count == 0)
        var tar = TarFile()
        tar.add("a.wav", [1])
        for (name, type) in [("pipe.wav", "6"), ("character.wav", "3"), ("block", "4")] {
            tar.add(name, [], type: Character(type))
        }
        try tar.write(to: try scratch.file("x.tar"))
        let archive = try InputDiscovery(arguments: [scratch.path + "/x.tar"])
        #expect(archive.inputs.count == 1)
        #expect(archive.problems.isEmpty)
        #expect(archive.skipped.specialCount == 3)
        #expect(archive.skipped.sentences[0].hasPrefix("Skipped 3 pipes, devices or sockets: "))
    }

    /// What has recordings in it, and is not looked into, says how they are had.
    @Test func whatIsPackedHasARemedy() throws {
        let scratch = try ScratchFolder()
        for name in ["a.wav", "b.wav.gz", "c.zip", "d.WAV.XZ"] {
            try scratch.text("in/" + name, "")
        }
        #expect(
            try InputDiscovery(arguments: [scratch.path + "/in"]).skipped.sentences == [
                "Skipped 1 .gz file: unpack them.", "Skipped 1 .xz file: unpack them.",
                "Skipped 1 .zip file: unpack them.",
            ])
        var tar = TarFile()
        for name in ["a.wav", "b.tar", "c.tgz"] { tar.add(name, [1]) }
        try tar.write(to: try scratch.file("x.tar"))
        #expect(
            try InputDiscovery(arguments: [scratch.path + "/x.tar"]).skipped.sentences == [
                "Skipped 1 .tar file: unpack the tar that they are in: none is searched in another.",
                "Skipped 1 .tgz file: unpack the tar that they are in: none is searched in another.",
            ])
    }

    /// What is taken is not mentioned.
    @Test func nothingSkippedIsNothingSaid() throws {
        let scratch = try ScratchFolder()
        try scratch.text("e.mat", "")
        let selection = InputSelection(
            arguments: [scratch.path], reading: ReadingOptions(sampleRate: 1000))
        #expect(try InputDiscovery(selection).skipped.sentences == [])
    }

    /// A data set may have as many endings as files.
    @Test func manyEndingsAreSummed() throws {
        let scratch = try ScratchFolder()
        try scratch.text("a.wav", "")
        for index in 0..<1200 { try scratch.text("x.e\(index)", "") }
        let skipped = try InputDiscovery(arguments: [scratch.path]).skipped
        #expect(skipped.count == 1200)
        #expect(skipped.kinds.count == 1000)
        #expect(skipped.sentences.count == 1)
        #expect(skipped.sentences[0].hasPrefix("Skipped 1200 other files (1 .e0,"))
    }
}
