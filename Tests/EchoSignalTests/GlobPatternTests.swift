import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct GlobPatternTests {
    private static func folder(_ names: [String]) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for name in names { try scratch.text(name, "") }
        return scratch
    }

    private static let names = [
        "a.wav", "b.wav", "c.flac", "x.txt", ".hidden.wav", "d1/e.wav", "d1/sub/f.wav",
        "d2/g.wav", ".h/i.wav",
    ]

    @Test(arguments: [
        ("*.wav", ["a.wav", "b.wav"]), ("?.wav", ["a.wav", "b.wav"]),
        ("[b-z].*", ["b.wav", "c.flac", "x.txt"]),
        ("d?/*.wav", ["d1/e.wav", "d2/g.wav"]), ("*/*/*.wav", ["d1/sub/f.wav"]),
        ("**/*.wav", ["a.wav", "b.wav", "d1/e.wav", "d1/sub/f.wav", "d2/g.wav"]),
        ("**/sub/*", ["d1/sub/f.wav"]), ("d1/**", ["e.wav", "sub/f.wav"]),
        ("d1/**/*.wav", ["e.wav", "sub/f.wav"]),
        ("d[12]", ["d1/e.wav", "d1/sub/f.wav", "d2/g.wav"]),
        ("**/**/f.*", ["d1/sub/f.wav"]), ("**/sub/**/*.wav", ["d1/sub/f.wav"]),
        ("**/d1/**/f.wav", ["d1/sub/f.wav"]),
    ])
    func patternsMatchAsInTheShell(pattern: String, names: [String]) throws {
        let scratch = try Self.folder(Self.names)
        let found = try InputDiscovery(arguments: [scratch.path + "/" + pattern])
        #expect(found.inputs.map(\.name) == names)
        for input in found.inputs {
            #expect(FileManager.default.fileExists(atPath: input.path))
        }
    }

    @Test func aFileOfThatNameWins() throws {
        let scratch = try Self.folder(["[ab]*.wav", "a1.wav"])
        let found = try InputDiscovery(arguments: [scratch.path + "/[ab]*.wav"])
        #expect(found.inputs.map(\.name) == ["[ab]*.wav"])
    }

    @Test func nothingThatFitsIsAnError() throws {
        let scratch = try Self.folder(["a.wav"])
        for pattern in ["*.flac", "none/*.wav", "a.wav/*", "**/none"] {
            let error = #expect(throws: InputError.self) {
                try InputDiscovery(arguments: [scratch.path + "/" + pattern])
            }
            #expect(error?.code == "no-match")
            #expect("\(try #require(error))".contains(pattern))
        }
    }

    @Test func loopsOfLinksEnd() throws {
        let scratch = try Self.folder(["a/x.wav"])
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/a/up", withDestinationPath: "..")
        let found = try InputDiscovery(arguments: [scratch.path + "/**/*.wav"])
        #expect(found.inputs.map(\.name) == ["a/x.wav"])
    }
}
