import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct OtherCommandTests {
    @Test func devicesListsTheCPUPathAndEveryDevice() throws {
        let text = try EchoGPUProcess(["devices"])
        #expect(text.status == 0)
        #expect(text.standardOutput.contains("CPU path"))
        let list = try EchoGPUProcess(["devices", "--json"]).json()
        #expect(list["cpu_path"] as? String == "cpu")
        let platforms = try #require(list["platforms"] as? [[String: Any]])
        for platform in platforms {
            for device in platform["devices"] as? [[String: Any]] ?? [] {
                let selector = try #require(device["selector"] as? String)
                let name = try #require(device["name"] as? String)
                #expect(text.standardOutput.contains(selector))
                #expect(text.standardOutput.contains(name))
            }
        }
    }

    @Test func devicesWithoutOpenCLSaysWhatToInstall() throws {
        let folder = try ScratchFolder()
        let result = try EchoGPUProcess(
            ["devices"], environment: ["OCL_ICD_VENDORS": folder.path])
        #expect(result.status == 0)
        #expect(result.standardOutput.contains("pocl-opencl-icd"))
    }

    @Test func helpAndVersion() throws {
        let help = try EchoGPUProcess(["--help"])
        #expect(help.status == 0)
        for command in [
            "extract", "devices", "verify", "spectrogram", "model", "ENVIRONMENT", "EXIT STATUS",
        ] {
            #expect(help.standardOutput.contains(command))
        }
        let extract = try EchoGPUProcess(["help", "extract"])
        let options = [
            "--model", "--device", "--batch", "--level", "--channels", "--output", "--json",
            "--table", "--verbose", "EXAMPLES", "default: auto", "default: 64",
            "default: utterance", "default: mean",
        ]
        // Lines are broken where the terminal's width says.
        let text = extract.standardOutput.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for option in options { #expect(text.contains(option), "\(option)") }
        let version = try EchoGPUProcess(["--version"])
        #expect(version.standardOutput.contains(#/^\d+\.\d+\.\d+\n$/#))
    }
}
