import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct DeviceSelectorTests {
    @Test(arguments: [
        ("auto", DeviceSelector.auto), ("AUTO", .auto), ("gpu", .gpu), ("Gpu", .gpu), ("All", .all),
        ("cpu", .cpuPath), (" cpu ", .cpuPath), ("0:0", .index(platform: 0, device: 0)),
        ("12:3", .index(platform: 12, device: 3)), ("H100", .name("H100")),
        ("0:", .name("0:")), (":0", .name(":0")), ("0:0:0", .name("0:0:0")),
        ("-1:0", .name("-1:0")), ("99999999999999999999:0", .name("99999999999999999999:0")),
        ("", .name("")), ("0", .place(0)), (" 12 ", .place(12)), ("4090", .name("4090")),
        ("-1", .name("-1")), ("1.5", .name("1.5")),
    ])
    func readsWhatTheUserWrites(_ text: String, _ selector: DeviceSelector) {
        #expect(DeviceSelector(text) == selector)
    }

    @Test(arguments: TestDevice.all) func findsADeviceByItsNumbersAndName(_ device: Device) throws {
        let numbers = DeviceSelector("\(device.platformIndex):\(device.deviceIndex)")
        #expect(try numbers.select(from: TestDevice.all).label == device.label)
        for name in [device.name, device.name.uppercased(), String(device.name.dropFirst())] {
            #expect(try DeviceSelector(name).select(from: [device]).label == device.label)
        }
    }

    @Test(arguments: TestDevice.all) func autoTakesWhatIsThere(_ device: Device) throws {
        #expect(try DeviceSelector.auto.select(from: [device]).label == device.label)
    }

    /// As 'echo-gpu devices' lists them, whatever names have these digits.
    @Test func aNumberIsAPlaceInTheList() throws {
        for (place, device) in TestDevice.all.enumerated() where device.isAvailable {
            #expect(
                try DeviceSelector("\(place)").select(from: TestDevice.all).label == device.label)
        }
        let beyond = DeviceSelector("\(TestDevice.all.count)")
        #expect(throws: OpenCLError.self) { try beyond.select(from: TestDevice.all) }
    }

    /// What other programs call a device is answered with what it is called here.
    @Test(arguments: [
        ("cuda", "--device gpu."), ("CUDA", "--device gpu."), ("rocm", "--device gpu."),
        ("mps", "--device gpu."), ("metal", "--device gpu."), ("xpu", "--device gpu."),
        ("opencl", "--device auto."), ("cuda:0", "Pass --device gpu, or a number"),
        ("cuda1", "Pass --device gpu, or a number"), ("gpu:0", "Pass --device gpu, or a number"),
        ("cpu:0", "Pass --device cpu, or a number"),
    ])
    func namesOfOtherPrograms(name: String, answer: String) {
        for devices in [TestDevice.all, []] {
            let error = #expect(throws: OpenCLError.self) {
                try DeviceSelector(name).select(from: devices)
            }
            let lacksGPU = !devices.isEmpty && !devices.contains { $0.kind == .gpu }
            let expected =
                lacksGPU && answer.contains("--device gpu") ? "--device gpu fails too." : answer
            #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        }
    }

    @Test(arguments: ["cudamax", "cuda:x", "H100", "geforce", ""])
    func otherNamesAreNone(name: String) { #expect(!DeviceSelector(name).isOfOtherPrograms) }

    @Test func autoPrefersNoWorseKind() throws {
        let best = try DeviceSelector.auto.select(from: TestDevice.all)
        let hasGPU = TestDevice.all.contains { $0.kind == .gpu && $0.isAvailable }
        #expect((best.kind == .gpu) == hasGPU)
    }

    @Test(arguments: TestDevice.all.filter { $0.kind != .gpu })
    func gpuTakesNoOtherKind(_ device: Device) {
        let error = #expect(throws: OpenCLError.self) {
            try DeviceSelector.gpu.select(from: [device])
        }
        #expect(
            error?.description == """
                No OpenCL device for --device gpu. \
                Found: \(device.label) (\(device.kind.rawValue)). \
                Pass one of these, such as 0:0 (platform 0, device 0), or a part of its name; or leave --device out.
                """)
    }

    @Test(arguments: ["99:0", "no such device", ""])
    func whatIsNotThereIsAnErrorThatListsWhatIs(_ text: String) {
        let error = #expect(throws: OpenCLError.self) {
            try DeviceSelector(text).select(from: TestDevice.all)
        }
        let message = error?.description ?? ""
        #expect(message.contains("--device \(DeviceSelector(text)). "))
        for device in TestDevice.all { #expect(message.contains(device.label)) }
    }

    @Test(arguments: [DeviceSelector.auto, .gpu, .name("H100"), .index(platform: 0, device: 0)])
    func noDeviceAtAllIsAnErrorWithARemedy(_ selector: DeviceSelector) {
        let error = #expect(throws: OpenCLError.noDevice(asked: selector, present: [])) {
            try selector.select(from: [])
        }
        #expect(
            error?.description == """
                No OpenCL device for --device \(selector): No OpenCL platform found. \
                Install one (Debian: pocl-opencl-icd) or pass --device cpu.
                """)
    }
}
