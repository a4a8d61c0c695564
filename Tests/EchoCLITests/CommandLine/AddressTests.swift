import EchoTestSupport
import Foundation
import Testing

/// Addresses on the network are refused with what to do instead, wherever a path can be.
@Suite(.timeLimit(.minutes(20))) struct AddressTests {
    @Test(arguments: [
        ["extract", "-m", "demo", "-o", "out", "s3://bucket/a.wav"],
        ["extract", "-m", "demo", "-o", "s3://bucket/out", "a.wav"],
        ["extract", "-m", "demo", "-o", "out", "--manifest", "s3://bucket/list.csv"],
        ["extract", "-m", "s3://bucket/model", "-o", "out", "a.wav"],
        ["plan", "s3://bucket/folder/"], ["inspect", "s3://bucket/out"],
        ["score", "--bank", "s3://bucket/a", "--test", "b"],
    ])
    func anyPath(arguments: [String]) throws {
        let result = try EchoGPUProcess(arguments)
        #expect(result.status == 64, "\(result.standardError)")
        for part in ["s3://bucket/", "mountpoint-s3", "rclone mount", "tar shards"] {
            #expect(result.standardError.contains(part), "\(arguments): \(result.standardError)")
        }
    }

    @Test func linesOfLists() throws {
        let place = try Workplace()
        let recording = try place.recording("a.wav")
        for (name, text, line) in [
            ("list.csv", "path\n\(recording)\ngs://bucket/b.wav\n", 3),
            ("list.jsonl", "{\"path\": \"gs://bucket/b.wav\"}\n", 1),
            ("list.txt", "\(recording)\ngs://bucket/b.wav\n", 2),
        ] {
            let result = try place.extract("--manifest", try place.folder.text(name, text))
            #expect(result.status == 65, "\(result.standardError)")
            #expect(result.standardError.contains("\(name): line \(line)"))
            #expect(result.standardError.contains("gcsfuse"), "\(result.standardError)")
        }
        let zero = try place.folder.text("list.0", "\(recording)\u{0}gs://bucket/b.wav\u{0}")
        let result = try place.extract("--files0-from", zero)
        #expect(result.status == 65 && result.standardError.contains("gcsfuse"))
    }

    @Test func aFileIsToldItsPath() throws {
        let result = try EchoGPUProcess(["plan", "file:///data/a.wav"])
        #expect(result.status == 64)
        #expect(result.standardError.contains("give the path alone: /data/a.wav."))
    }

    /// What lies here under such a name is no address.
    @Test func aFolderOfThatName() throws {
        let place = try Workplace()
        try place.recording("s3:/bucket/a.wav")
        let result = try EchoGPUProcess(["plan", place.folder["s3:"] + "//bucket"])
        #expect(result.status == 0, "\(result.standardError)")
    }

    /// A default is checked as if it had been typed.
    @Test func asADefault() throws {
        for (name, value, part) in [
            ("ECHO_GPU_MODEL", "s3://bucket/model", "rclone mount"),
            ("ECHO_GPU_LOG_FILE", "s3://bucket/log", "rclone mount"),
            ("ECHO_GPU_MODEL", "https://huggingface.co/acme/echo", "is named acme/echo here."),
        ] {
            let model = name == "ECHO_GPU_MODEL" ? [] : ["-m", "demo"]
            for arguments in [["extract", "-o", "out", "a.wav"] + model, ["config"]] {
                let result = try EchoGPUProcess(arguments, environment: [name: value])
                #expect(result.status == 64, "\(arguments): \(result.standardError)")
                #expect(result.standardError.contains(part), "\(result.standardError)")
                #expect(result.standardError.contains("comes from \(name)"))
            }
        }
    }

    /// As it is copied from a browser.
    @Test func aPageOfAModelNamesTheModel() throws {
        let result = try EchoGPUProcess([
            "extract", "-m", "https://huggingface.co/yucongzh/echo-tiny-0828", "-o", "o", "a.wav",
        ])
        #expect(result.status == 64)
        #expect(
            result.standardError.contains("is named yucongzh/echo-tiny-0828 here."),
            "\(result.standardError)")
    }
}
