import EchoOpenCL
import Testing

@Suite(.timeLimit(.minutes(20))) struct BufferTests {
    @Test(arguments: TestDevice.all) func aBufferThatIsTooLargeNamesTheLimit(_ device: Device)
        throws
    {
        let context = try Context(device)
        let byteCount = 1 << 62
        let error = #expect(throws: OpenCLError.self) { try Buffer(context, byteCount: byteCount) }
        guard case .allocation(byteCount, device.label, let maximum, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(maximum == device.maximumAllocationByteCount)
    }

    @Test(arguments: TestDevice.all) func aFullDeviceIsAnErrorWithARemedy(_ device: Device) throws {
        let context = try Context(device)
        let error = #expect(throws: OpenCLError.self) {
            try CallFailure.inject({ $0 == "clCreateBuffer" ? -4 : nil }) {
                try Buffer(context, byteCount: 1000)
            }
        }
        #expect(
            error?.description == """
                No buffer of 1000 bytes on \(device.label), which allocates at most \
                \(device.maximumAllocationByteCount) at once: \
                CL_MEM_OBJECT_ALLOCATION_FAILURE (-4). Try a smaller --batch.
                """)
    }

    @Test(arguments: TestDevice.all, [Buffer.Access.readOnly, .writeOnly, .readWrite])
    func theHostReadsAndWritesWhateverKernelsMay(_ device: Device, _ access: Buffer.Access) throws {
        let bench = try Bench(device)
        let buffer = try Buffer(bench.context, byteCount: 8, access: access)
        try [Float(1), 2].withUnsafeBytes { try bench.queue.write($0, to: buffer) }
        #expect(try bench.floats(buffer) == [1, 2])
    }

    /// An array of nothing may still have an address.
    @Test(arguments: TestDevice.all) func nothingIsCopiedFromAnyAddress(_ device: Device) throws {
        let context = try Context(device)
        let buffer = try [Float(1)].withUnsafeBytes {
            try Buffer(context, copying: UnsafeRawBufferPointer(rebasing: $0[..<0]))
        }
        #expect(buffer.byteCount == 0)
    }
}
