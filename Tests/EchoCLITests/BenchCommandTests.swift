import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct BenchCommandTests {
    private func bench(_ arguments: String...) throws -> EchoGPUProcess {
        let place = try Workplace()
        return try EchoGPUProcess(
            [
                "bench", "--model", place.model, "--sample-rate", "1000", "--seconds", "0.001",
            ] + arguments, environment: place.cacheOfItsOwn)
    }

    @Test(arguments: ["cpu", "auto"])
    func theTableNamesTheBatchToUse(device: String) throws {
        let result = try bench("--device", device, "--largest-batch", "2")
        #expect(result.status == 0, "\(result.standardError)")
        let lines = result.standardOutput.split(separator: "\n")
        // Titles, a rule, batches of 1 and 2, and what to do.
        #expect(lines.count == 5)
        #expect(lines[0].contains("clips/s") && lines[0].contains("planned/MB"))
        #expect(lines.last?.contains(#/^Use --batch [12], /#) == true)
        #expect(result.standardError.contains("Device: "))
        #expect(!result.standardError.contains("untrained"))
    }

    @Test func jsonIsOneObject() throws {
        let result = try bench(
            "--device", "cpu", "--largest-batch", "1", "--json", "--level", "both")
        let object = try result.json()
        #expect(object["sample_rate"] as? Int == 1000)
        #expect(object["level"] as? String == "both")
        #expect(object["precision"] as? String == "fp32")
        #expect(object["recommended_batch"] as? Int == 1)
        let batches = try #require(object["batches"] as? [[String: Any]])
        #expect(batches.count == 1)
        #expect((batches[0]["clips_per_second"] as? Double ?? 0) > 0)
        #expect((batches[0]["planned_byte_count"] as? Int ?? 0) > 0)
    }

    @Test func halvesAreMeasuredWhereTheyAreAskedFor() throws {
        let result = try bench(
            "--device", "0:0", "--precision", "fp16", "--largest-batch", "1", "--json")
        #expect(try result.json()["precision"] as? String == "fp16")
        // The CPU path stores none: it says so, and measures nothing under that name.
        let refused = try bench("--device", "cpu", "--precision", "fp16")
        #expect(refused.status == 64, "\(refused.standardError)")
    }

    @Test(arguments: [["--largest-batch", "0"], ["--seconds", "-1"], ["--sample-rate", "1"]])
    func optionsOutOfRangeAreUsageErrors(arguments: [String]) throws {
        let result = try EchoGPUProcess(
            ["bench", "--model", "demo", "--device", "cpu"] + arguments)
        #expect(result.status == 64, "\(result.standardError)")
    }
}
