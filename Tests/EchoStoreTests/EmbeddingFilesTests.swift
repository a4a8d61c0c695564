import EchoStore
import Testing

@Suite(.timeLimit(.minutes(20))) struct EmbeddingFilesTests {
    @Test func namesAreTheRecordingsOwnAndTheLevel() throws {
        let files = try EmbeddingFiles(folder: "out", name: "a/b.flac")
        #expect(files.path(.utterance) == "out/a/b.flac.utterance.npy")
        #expect(files.path(.segment) == "out/a/b.flac.segment.npy")
        #expect(files.path(.utterance, channel: 0) == "out/a/b.flac.ch0.utterance.npy")
        #expect(files.path(.segment, channel: 11) == "out/a/b.flac.ch11.segment.npy")
    }

    @Test(arguments: [("out/", "out/x.wav"), ("/", "/x.wav"), ("", "./x.wav"), (".", "./x.wav")])
    func theFolderMayBeWrittenAnyWay(folder: String, start: String) throws {
        let files = try EmbeddingFiles(folder: folder, name: "x.wav")
        #expect(files.path(.utterance) == start + ".utterance.npy")
    }

    @Test(arguments: [
        "", "..", ".", "../x.wav", "a/../../x.wav", "/x.wav", "a//b", "a/", "x\0.wav",
    ])
    func namesThatLeaveTheFolderAreRefused(name: String) {
        #expect(throws: StoreError(path: "out", .outsideFolder(name: name))) {
            try EmbeddingFiles(folder: "out", name: name)
        }
    }

    @Test(arguments: ["..wav", "a..b/c.wav", "...", ".x/y.wav"])
    func dotsInsideANameAreHarmless(name: String) throws {
        #expect(
            try EmbeddingFiles(folder: "out", name: name).path(.utterance)
                == "out/\(name).utterance.npy")
    }

    @Test(arguments: [
        ("a.wav", "a.wav.utterance.npy/b.wav"), ("a.wav", "a.wav.segment.npy/c/b.wav"),
        ("a.wav", "a.wav.ch3.segment.npy/b.wav"), ("d/a.wav", "d/a.wav.ch12.utterance.npy/b.wav"),
        ("a.ch1", "a.ch1.utterance.npy/b.wav"),
    ])
    func aFolderCalledLikeAnOutputIsACollision(file: String, below: String) {
        let error = #expect(throws: StoreError.self) {
            try EmbeddingFiles.requireNoCollision([below, file], folder: "out")
        }
        #expect(error?.cause == .folderAndFile(first: file, second: below))
    }

    @Test func otherNamesDoNotCollide() throws {
        try EmbeddingFiles.requireNoCollision(
            [
                "x", "x.ch0", "x.ch0.ch0", "x/y", "x.utterance", "x.utterance.npy", "y.npy/x",
                "x.ch.utterance.npy/y", "ch1", "1.utterance.npy/z", ".ch1.segment.npy/x",
            ], folder: "out")
    }
}
