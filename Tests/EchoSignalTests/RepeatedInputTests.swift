import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// A file that is named twice, by the same path or by another.
@Suite(.timeLimit(.minutes(20))) struct RepeatedInputTests {
    private static func folder() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        try scratch.text("in/a.wav", "x")
        try scratch.text("in/sub/b.wav", "x")
        return scratch
    }

    /// One name for one file: there is nothing to choose.
    @Test func theSameFileUnderTheSameNameCountsOnce() throws {
        let scratch = try Self.folder()
        let folder = scratch.path + "/in"
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/link", withDestinationPath: "in")
        for again in [
            folder, folder + "/", folder + "/a.wav", folder + "/sub/../a.wav",
            scratch.path + "/link",
            scratch.path + "/link/a.wav", folder + "/*.wav",
        ] {
            let found = try InputDiscovery(arguments: [folder, again])
            #expect(found.inputs.map(\.name) == ["a.wav", "sub/b.wav"], "\(again)")
            #expect(found.inputs.allSatisfy { $0.path.hasPrefix(folder) })
            #expect(found.skipped.repeatedCount > 0)
            #expect(found.skipped.sentences.joined().contains("named more than once"))
        }
    }

    @Test func hardLinksOfOneNameCountOnce() throws {
        let scratch = try Self.folder()
        _ = try scratch.file("other/x")
        try FileManager.default.linkItem(
            atPath: scratch.path + "/in/a.wav", toPath: scratch.path + "/other/a.wav")
        let found = try InputDiscovery(
            arguments: [scratch.path + "/in/a.wav", scratch.path + "/other/a.wav"])
        #expect(found.inputs.count == 1)
    }

    /// Two names may both be wanted.
    @Test func otherNamesForAFileAreOtherRecordings() throws {
        let scratch = try Self.folder()
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/in/c.wav", withDestinationPath: "a.wav")
        let found = try InputDiscovery(arguments: [scratch.path + "/in"])
        #expect(found.inputs.map(\.name) == ["a.wav", "c.wav", "sub/b.wav"])
        #expect(found.skipped.repeatedCount == 0)
    }

    @Test func anotherFileOfThatNameIsRefused() throws {
        let scratch = try Self.folder()
        try scratch.text("other/a.wav", "x")
        let error = #expect(throws: InputError.self) {
            try InputDiscovery(
                arguments: [scratch.path + "/in/a.wav", scratch.path + "/other/a.wav"])
        }
        #expect(error?.code == "same-name")
        for part in ["Give a folder", "a list with a column id"] {
            #expect(error?.description.contains(part) == true)
        }
    }

    @Test func rowsThatSayTheSameCountOnceAndOthersAreRefused() throws {
        let scratch = try Self.folder()
        let same = try scratch.text("same.csv", "path,label\nin/a.wav,x\nin/a.wav,x\n")
        #expect(try InputDiscovery(InputSelection(manifest: same)).inputs.count == 1)
        for rows in ["in/a.wav,x\nin/a.wav,y\n", "in/a.wav,x,0\nin/a.wav,x,1\n"] {
            let header = rows.contains(",0") ? "path,label,start\n" : "path,label\n"
            let other = try scratch.text("other.csv", header + rows)
            let error = #expect(throws: InputError.self) {
                try InputDiscovery(InputSelection(manifest: other))
            }
            #expect(error.map { "\($0)".contains("other.csv, line 3") } == true)
        }
    }

    /// A tar that a file was appended to again has both; the rest of it is good.
    @Test func membersOfOneNameAreBothLeftOut() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        for name in ["a.wav", "b.wav", "./a.wav", "a.wav"] { tar.add(name, []) }
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let found = try InputDiscovery(arguments: [path])
        #expect(found.inputs.map(\.name) == ["x.tar/b.wav"])
        #expect(found.problems.count == 1)
        #expect("\(found.problems)".contains("several members have this name"))
    }
}
