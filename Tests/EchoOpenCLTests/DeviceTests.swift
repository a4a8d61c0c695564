import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct DeviceTests {
    @Test func thereIsADeviceToTestOn() throws {
        let platforms = try Platform.all()
        #expect(!TestDevice.all.isEmpty, "install an OpenCL platform (Debian: pocl-opencl-icd)")
        #expect(platforms.map(\.index) == Array(platforms.indices))
        #expect(platforms.allSatisfy { !$0.name.isEmpty && $0.version.hasPrefix("OpenCL ") })
    }

    @Test func devicesAreNumberedWithinTheirPlatform() throws {
        for platform in try Platform.all() {
            #expect(platform.devices.map(\.deviceIndex) == Array(platform.devices.indices))
            #expect(platform.devices.allSatisfy { $0.platformIndex == platform.index })
            #expect(platform.devices.allSatisfy { $0.platformName == platform.name })
        }
    }

    @Test(arguments: TestDevice.all) func aDeviceDescribesItself(_ device: Device) {
        #expect(!device.name.isEmpty)
        #expect(device.label == "\(device.platformIndex):\(device.deviceIndex) \(device.name)")
        #expect(device.computeUnitCount >= 1)
        #expect(device.maximumWorkGroupSize >= 1)
        // What OpenCL 1.2 asks of every device: table 4.3 of its specification.
        #expect(device.localMemoryByteCount >= 32 << 10)
        #expect(device.maximumAllocationByteCount >= 128 << 20)
        #expect(device.maximumAllocationByteCount <= device.globalMemoryByteCount)
        #expect(device.nativeFloatVectorWidth >= 1)
        #expect(device.preferredFloatVectorWidth >= 1)
        #expect(device.deviceVersion.hasPrefix("OpenCL "))
        #expect(device.openCLCVersion.hasPrefix("OpenCL C "))
        #expect(device.extensions.contains("cl_khr_byte_addressable_store"))
        #expect(!device.extensions.contains(""))
        #expect(device.isAvailable)
        #expect(device.subGroupSizes.isEmpty || device.supportsSubGroups)
    }

    @Test func aPlatformThatTheLoaderDoesNotFindIsNoError() throws {
        let platforms = try CallFailure.inject({ _ in -1001 }) { try Platform.all() }
        #expect(platforms.isEmpty)
    }

    @Test func aPlatformThatFailsIsAnError() {
        #expect(
            throws: OpenCLError.call(name: "clGetPlatformIDs", subject: nil, code: -6)
        ) {
            try CallFailure.inject({ _ in -6 }) { try Platform.all() }
        }
    }

    @Test func aPlatformWithoutDevicesIsNoError() throws {
        let platforms = try CallFailure.inject({
            $0 == "clGetDeviceIDs" ? -1 : nil
        }) { try Platform.all() }
        #expect(platforms.count == (try Platform.all().count))
        #expect(platforms.allSatisfy { $0.devices.isEmpty })
    }
}
