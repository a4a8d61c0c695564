import EchoTestSupport
import Foundation
import Testing

/// Folders for caches that cannot be written or are not there: a device does not depend on them.
@Suite(.timeLimit(.minutes(20))) struct CacheFolderTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try place.recording("a.wav")
        try place.folder.text("closed/note", "a folder that only its owner can write")
        try place.folder.openToAll("home")
    }

    /// The numbers of the devices that there are, those of OpenCL and `cpu`.
    private func devices(_ environment: [String: String?]) throws -> [String] {
        let base: [String: String?] = ["XDG_CACHE_HOME": nil, "POCL_CACHE_DIR": nil]
        let result = try LimitedEchoGPU(
            ["devices"], environment: base.merging(environment) { $1 })
        #expect(result.status == 0, "\(result.standardError)")
        // Behind the titles and the rule; how much memory there is differs from time to time.
        return result.standardOutput.split(separator: "\n").dropFirst(2).map {
            String($0.prefix { $0 != " " })
        }
    }

    @Test func theDevicesAreTheSameWithoutACache() throws {
        let usual = try devices(["HOME": place.folder["home"]])
        // Another user may not see the runtime that root installed: then a line says so.
        #expect(usual.contains("cpu"))
        // Root's own folder, where the tests run as another user; and one inside a file.
        let closed = [place.folder["closed"], place.folder["closed/note/home"], "", "relative"]
        for folder in closed {
            for name in ["HOME", "XDG_CACHE_HOME", "POCL_CACHE_DIR"] {
                let other = try devices(
                    ["HOME": place.folder["home"]].merging([name: folder]) { $1 })
                #expect(other == usual, "\(name)=\(folder)")
            }
        }
    }

    @Test func aRunSaysWhereItKeepsWhatItCompiled() throws {
        guard try EchoGPUProcess(["devices"]).standardOutput.contains("Portable Computing") else {
            return
        }
        let arguments = [
            "extract", "--model", place.model, "--device", "pthread", "--output",
            place.folder["home/out"], place.folder["a.wav"],
        ]
        let run = try LimitedEchoGPU(
            arguments,
            environment: [
                "HOME": place.folder["closed/note"], "XDG_CACHE_HOME": nil, "POCL_CACHE_DIR": nil,
                "TMPDIR": place.folder["home"],
            ])
        #expect(run.status == 0, "\(run.standardError)")
        #expect(
            run.standardError.contains("\(place.folder["closed/note"])/.cache/pocl/kcache cannot"),
            "\(run.standardError)")
        #expect(run.standardError.contains("XDG_CACHE_HOME"))
        let kept = try place.folder.contents().filter { $0.hasPrefix("home/echo-gpu-") }
        #expect(!kept.isEmpty, "what was compiled")
    }
}
