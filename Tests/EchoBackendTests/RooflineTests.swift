import EchoGPU
import EchoOpenCL
import Testing

/// What a device is held against.
@Suite(.timeLimit(.minutes(20))) struct RooflineTests {
    @Test func copiesFillWholeWavesOnGPUs() {
        #expect(Roofline.copyGroup(.simt, largestGroup: 1024) == 256)
        #expect(Roofline.copyGroup(.simt, largestGroup: 64) == 64)
        #expect(Roofline.copyGroup(.simd, largestGroup: 4096) == 16)
    }

    /// Its launches fit the device, whatever it allocates at once.
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func everyDeviceHasOne(device: Device, family: KernelFamily) throws {
        let roofline = try Roofline(of: GPUBackend(device, family: family))
        #expect(roofline.bandwidth > 0 && roofline.peakFlops > 0)
    }
}
