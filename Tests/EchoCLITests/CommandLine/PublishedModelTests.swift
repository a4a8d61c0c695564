import EchoTestSupport
import Foundation
import Testing

/// `echo-tiny` and `echo-small` are names of the published models.
@Suite(.timeLimit(.minutes(20))) struct PublishedModelTests {
    /// A hub that has neither, so that what is asked for is named in its refusal.
    private static func run(_ arguments: [String], in folder: ScratchFolder) throws
        -> EchoGPUProcess
    {
        let hub = try LoopbackHub(files: [:])
        let binary = try EchoGPUProcess.binary().path
        return try EchoGPUProcess(
            ["-c", "cd \"$0\" && exec \"$@\"", folder.path, binary] + arguments,
            environment: [
                "HF_ENDPOINT": hub.hub.origin, "HF_HUB_CACHE": folder["cache"],
                "HF_HOME": folder["home"], "HF_TOKEN": "",
            ], program: URL(fileURLWithPath: "/bin/sh"))
    }

    private static func extract(_ model: String) -> [String] {
        ["extract", "-m", model, "--device", "cpu", "-o", "out", "a.wav"]
    }

    @Test(arguments: [
        ("echo-tiny", "yucongzh/echo-tiny-0828"), ("echo-small", "yucongzh/echo-small-0824"),
        ("hf://echo-tiny", "yucongzh/echo-tiny-0828"), ("echo-tiny@v1", "yucongzh/echo-tiny-0828"),
    ])
    func shortNamesAreAskedForInFull(name: String, id: String) throws {
        let place = try Workplace()
        try place.recording("a.wav")
        for arguments in [Self.extract(name), ["model", "pull", name]] {
            let result = try Self.run(arguments, in: place.folder)
            #expect(result.status == 68, "\(result.standardError)")
            #expect(result.standardError.contains(id), "\(result.standardError)")
        }
    }

    /// What lies here goes first, and it is said which of the two was taken.
    @Test func aFolderOfThatNameGoesFirst() throws {
        let place = try Workplace()
        try place.recording("a.wav")
        try FileManager.default.copyItem(
            atPath: place.model, toPath: place.folder["echo-tiny"])
        let result = try Self.run(Self.extract("echo-tiny"), in: place.folder)
        #expect(result.status == 0, "\(result.standardError)")
        #expect(result.standardError.contains("hf://yucongzh/echo-tiny-0828"))
    }

    @Test(arguments: [
        ("echo-tyni", true), ("Echo-Tiny", true), ("echo-base", false), ("bert", false),
    ])
    func otherWordsAreRefusedWithBothNamed(name: String, hasNear: Bool) throws {
        let place = try Workplace()
        try place.recording("a.wav")
        for (arguments, status) in [
            (Self.extract(name), Int32(78)), (["model", "pull", name], 64),
        ] {
            let result = try Self.run(arguments, in: place.folder)
            #expect(result.status == status, "\(result.standardError)")
            for part in [name, "echo-tiny (yucongzh/echo-tiny-0828)", "echo-small (yucongzh"] {
                #expect(result.standardError.contains(part), "\(result.standardError)")
            }
        }
        for arguments in [Self.extract(name), ["model", "pull", name]] {
            let text = try Self.run(arguments, in: place.folder).standardError
            #expect(text.contains("Did you mean echo-tiny?") == hasNear, "\(text)")
        }
    }
}
