import EchoOpenCL
import Testing

/// Devices split into parts.
@Suite(.timeLimit(.minutes(20))) struct DevicePartTests {
    @Test(arguments: TestDevice.all.filter { $0.kind == .cpu && $0.computeUnitCount > 1 })
    func partsWorkSideBySide(_ device: Device) throws {
        let parts = try device.split(computeUnits: 1)
        #expect(parts.count == device.computeUnitCount)
        #expect(parts.allSatisfy { $0.computeUnitCount == 1 && $0.name == device.name })
        #expect(Set(parts.map(\.label)).count == parts.count)
        #expect(parts[1].label.hasPrefix("\(device.platformIndex):\(device.deviceIndex).1 "))
        let benches = try parts.map { try Bench($0) }
        let buffers = try benches.enumerated().map { number, bench in
            let buffer = try bench.buffer([Float](repeating: Float(number), count: 1000))
            try bench.queue.enqueue(
                bench.kernel(
                    "add", "__kernel void add(__global float *v) { v[get_global_id(0)] += 1; }"),
                [.buffer(buffer)], global: [1000])
            return buffer
        }
        for (number, bench) in benches.enumerated() {
            let values = try bench.floats(buffers[number])
            #expect(values == [Float](repeating: Float(number + 1), count: 1000))
        }
    }

    @Test(arguments: TestDevice.all) func tooManyUnitsAreAnError(_ device: Device) {
        let error = #expect(throws: OpenCLError.self) { try device.split(computeUnits: 1 << 20) }
        guard case .call("clCreateSubDevices", device.label, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func allIsEveryDeviceOfAKnownKind() throws {
        let all = try DeviceSelector.selectAll(from: TestDevice.all)
        let gpus = TestDevice.all.filter { $0.kind == .gpu }
        let usable = gpus.isEmpty ? TestDevice.all.filter { $0.kind != .other } : gpus
        #expect(all.map(\.label) == usable.map(\.label), "GPUs alone where there is one")
        let error = #expect(throws: OpenCLError.self) { try DeviceSelector.selectAll(from: []) }
        #expect(error?.description.contains("--device all") == true)
    }
}
