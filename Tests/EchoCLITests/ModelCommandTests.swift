import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// `echo-gpu model`, and `--model` with a model of the hub, against a hub on loopback.
@Suite(.timeLimit(.minutes(20))) struct ModelCommandTests {
    private struct Place {
        let work: Workplace
        let server: LoopbackHub
        let name = LoopbackHub.repository

        init() throws {
            work = try Workplace()
            let path = URL(fileURLWithPath: work.model + "/model.safetensors")
            server = try LoopbackHub(files: ["model.safetensors": Data(contentsOf: path)])
        }

        func run(
            _ arguments: [String], _ more: [String: String] = [:]
        ) throws -> EchoGPUProcess {
            let environment = [
                "HF_ENDPOINT": server.hub.origin, "HF_HUB_CACHE": work.folder["cache"],
                "HF_HOME": work.folder["home"], "HF_TOKEN": "",
            ]
            return try EchoGPUProcess(
                arguments, environment: environment.merging(more) { $1 })
        }

        func extract(
            _ model: String, to output: String, _ more: [String: String] = [:]
        ) throws -> EchoGPUProcess {
            try run(
                [
                    "extract", "--model", model, "--device", "cpu", "--output",
                    work.folder[output], work.recording("a.wav"),
                ], more)
        }

        func embedding(_ output: String) throws -> Data {
            try Data(
                contentsOf: URL(fileURLWithPath: work.folder["\(output)/a.wav.utterance.npy"]))
        }
    }

    @Test func extractFetchesTheModelOnceAndEmbedsAsFromTheFolder() throws {
        let place = try Place()
        let first = try place.extract(place.name, to: "hub")
        #expect(first.status == 0, "\(first.standardError)")
        #expect(first.standardError.contains("fetched model.safetensors"))
        #expect(first.standardError.contains("commit a1a1a1a1a1a1"))
        #expect(try place.extract(place.work.model, to: "path").status == 0)
        #expect(try place.embedding("hub") == place.embedding("path"))
        place.server.forget()
        let again = try place.extract(
            place.name + "@main", to: "offline", ["HF_HUB_OFFLINE": "1"])
        #expect(again.status == 0, "\(again.standardError)")
        #expect(try place.extract("hf://" + place.name, to: "cached").status == 0)
        #expect(place.server.requestCount == 0)
        #expect(try place.embedding("offline") == place.embedding("path"))
    }

    @Test func pullListAndVerify() throws {
        let place = try Place()
        let folder = place.work.folder["copy"]
        let pulled = try place.run(["model", "pull", place.name, "--to", folder])
        #expect(pulled.status == 0, "\(pulled.standardError)")
        #expect(pulled.standardOutput == folder + "\n")
        #expect(pulled.standardError.contains(LoopbackHub.firstCommit))
        #expect(try place.extract(folder, to: "out").status == 0)
        let again = try place.run(["model", "pull", place.name, "--json"]).json()
        #expect(again["received_byte_count"] as? Int == 0)
        #expect(again["commit"] as? String == LoopbackHub.firstCommit)
        let list = try place.run(["model", "list"])
        #expect(list.standardOutput.contains(place.name))
        #expect(list.standardOutput.contains("64 wide, 2 layers, 1 heads"))
        let good = try place.run(["model", "verify"])
        #expect(good.status == 0)
        #expect(good.standardOutput.contains("As the hub gave them: 1 model."))
        let blobs = "cache/models--acme--echo-test/blobs"
        let blob = try #require(try place.work.folder.files(in: blobs).first)
        try place.work.folder.text("\(blobs)/\(blob)", "tampered")
        let bad = try place.run(["model", "verify", place.name])
        #expect(bad.status == 1)
        #expect(bad.standardOutput.contains("NO"))
    }

    @Test func exitStatuses() throws {
        let place = try Place()
        let missing = try place.extract("acme/nothing", to: "out")
        #expect(missing.status == 68)
        #expect(missing.standardError.contains("acme/nothing"))
        #expect(!FileManager.default.fileExists(atPath: place.work.folder["out"]))
        let offline = try place.extract(place.name, to: "out", ["HF_HUB_OFFLINE": "1"])
        #expect(offline.status == 68)
        #expect(offline.standardError.contains("model pull \(place.name)"))
        #expect(try place.run(["model", "pull", "no-name"]).status == 64)
        #expect(try place.run(["model", "pull", "a/b@v1", "--revision", "v2"]).status == 64)
        #expect(try place.run(["model", "list"], ["HF_ENDPOINT": "nowhere"]).status == 64)
        let revision = try place.run(["model", "pull", place.name, "--revision", "v9"])
        #expect(revision.status == 68 && revision.standardError.contains("v9"))
        place.server.change { $0.files = ["README.md": Data("#".utf8)] }
        let empty = try place.run(["model", "pull", place.name])
        #expect(empty.status == 78 && empty.standardError.contains("README.md"))
    }

    /// A process that may write files of 100 blocks of 1024 bytes at most, as on a full disk.
    @Test func aFullDisk() throws {
        let place = try Place()
        let binary = try EchoGPUProcess.binary().path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" model pull \(place.name)", binary,
        ]
        process.environment = [
            "HF_ENDPOINT": place.server.hub.origin, "HF_HUB_CACHE": place.work.folder["cache"],
            "HOME": place.work.folder.path, "PATH": "/usr/bin:/bin",
        ]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 74, "\(text)")
        #expect(text.contains("File too large") && text.contains("Free some space"))
        let left = try place.work.folder.files(in: "cache").filter { !$0.hasSuffix(".lock") }
        #expect(left.count == 2)
        #expect(left.contains { $0.hasSuffix(".incomplete") })
        // With space, it goes on from there.
        let next = try place.run(["model", "pull", place.name])
        #expect(next.status == 0, "\(next.standardError)")
        #expect(place.server.store.requests.last?.headers["range"] == "bytes=102400-")
    }
}
