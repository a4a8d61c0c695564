import EchoTestSupport
import Foundation
import Testing

/// What is set in the environment does something, or is refused by its name.
@Suite(.timeLimit(.minutes(20))) struct SettingTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func refusal(
        _ environment: [String: String], _ arguments: [String] = ["devices"]
    ) throws -> String {
        let result = try EchoGPUProcess(arguments, environment: environment)
        #expect(result.status == 64, "\(result.standardError)")
        #expect(result.standardOutput.isEmpty)
        return result.standardError
    }

    @Test(arguments: [
        ("ECHO_NO_SUCH_SETTING", nil), ("ECHO_KERNEL_DIRECTORY", "ECHO_KERNEL_DIR"),
        ("ECHO_KERNELDIR", "ECHO_KERNEL_DIR"), ("ECHO_KERNEL", "ECHO_KERNELS"),
        ("ECHO_kernels", nil), ("ECHO_", nil),
    ])
    func namesThatAreNoSetting(name: String, near: String?) throws {
        let text = try refusal([name: "1"])
        #expect(text.contains("\(name) is no setting"), "\(text)")
        #expect(text.contains("ECHO_KERNELS, ECHO_MATRIX, ECHO_KERNEL_DIR"), "the list: \(text)")
        #expect(text.contains("Did you mean") == (near != nil), "\(text)")
        if let near { #expect(text.contains("Did you mean \(near)?"), "\(text)") }
    }

    /// Also where the setting would play no part.
    @Test func everyCommandLooks() throws {
        let recording = try place.recording("a.wav")
        let commands = [
            ["extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"]]
                + [recording],
            ["plan", recording], ["inspect", place.model], ["model", "list"], ["verify"], ["tune"],
            ["bench", "--model", "demo"],
            ["spectrogram", "--output", place.folder["s.npy"], recording],
        ]
        for command in commands {
            #expect(try refusal(["ECHO_KERNLES": "simd"], command).contains("ECHO_KERNELS?"))
        }
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }

    @Test func aFolderOfKernelsIsAFolderOfKernels() throws {
        let missing = place.folder["missing"]
        #expect(try refusal(["ECHO_KERNEL_DIR": missing]).contains("\(missing): there is no such"))
        let file = try place.folder.text("file", "text")
        #expect(try refusal(["ECHO_KERNEL_DIR": file]).contains("this is not a folder"))
        try place.folder.text("empty/notes.txt", "no kernel")
        let empty = ["ECHO_KERNEL_DIR": place.folder["empty"]]
        let problem = "ECHO_KERNEL_DIR=\(place.folder["empty"]): it holds no .cl file"
        #expect(try refusal(empty).contains(problem))
        try place.folder.text("other/matmull.cl", "")
        let other = ["ECHO_KERNEL_DIR": place.folder["other"]]
        #expect(try refusal(other).contains("called matmull.cl, did you mean matmul.cl?"))
    }

    @Test func aFamilyThatThereIsNot() throws {
        #expect(try refusal(["ECHO_KERNELS": "cuda"]).contains("ECHO_KERNELS=cuda"))
    }

    /// Set to nothing is not set; the program for scripts, and names with another beginning, are no
    /// business of ours.
    @Test func whatMayBeSet() throws {
        let environment = [
            "ECHO_KERNELS": "", "ECHO_MATRIX": "", "ECHO_KERNEL_DIR": "",
            "ECHO_GPU": "/bin/echo-gpu", "ECHO_GPU_MODEL": "demo", "ECHO_GPU_DEVICE": "",
            "ECHOSERVER_PORT": "1", "MY_ECHO_SETTING": "1", "echo_kernels": "1",
        ]
        let recording = try place.recording("a.wav")
        let result = try EchoGPUProcess(["plan", recording], environment: environment)
        #expect(result.status == 0, "\(result.standardError)")
    }

    @Test func helpListsEverySetting() throws {
        let help = try EchoGPUProcess(["help"], environment: ["ECHO_NO_SUCH_SETTING": "1"])
        #expect(help.status == 0)
        let names = [
            "ECHO_KERNELS", "ECHO_MATRIX", "ECHO_KERNEL_DIR", "ECHO_GPU", "ECHO_GPU_MODEL",
            "ECHO_GPU_DEVICE",
        ]
        for name in names {
            #expect(help.standardOutput.contains(name))
        }
    }
}
