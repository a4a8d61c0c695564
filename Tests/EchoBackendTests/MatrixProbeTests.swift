import EchoGPU
import EchoOpenCL
import Testing

/// The probe of a matrix unit when a device is opened; broken units are in EchoCLITests, which can have other kernels.
@Suite(.timeLimit(.minutes(20))) struct MatrixProbeTests {
    /// Units, emulated, pass on every device; the backend has the kernels for GPUs.
    @Test(arguments: OperationTests.devices, MatrixUnit.Layout.allCases)
    func emulatedUnitsPass(device: Device, layout: MatrixUnit.Layout) throws {
        let unit = MatrixUnit(layout, isEmulated: true)
        let backend = try GPUBackend(device, unit: .unit(unit))
        #expect(backend.unit == unit && backend.family == .simt)
        #expect(backend.matrix.reason.contains("its probe is right"))
        #expect(backend.tilingDescription.hasPrefix("simt \(unit.name) GROUP_SIDE="))
    }

    /// A unit that the device has not: an error where it was named, else the kernels for vector units, with the reason.
    @Test(arguments: OperationTests.devices, MatrixUnit.Layout.allCases)
    func unitsThatAreNotThereAreRefused(device: Device, layout: MatrixUnit.Layout) throws {
        guard device.kind == .cpu else { return }
        let unit = MatrixUnit(layout)
        let error = #expect(throws: GPUError.self) { try GPUBackend(device, unit: .unit(unit)) }
        #expect(error?.description.contains("emulated-\(layout)") == true)
        let backend = try GPUBackend(device, unit: .unit(unit, isAskedFor: false))
        #expect(backend.unit == nil && backend.family == .simt)
        #expect(backend.matrix.reason.contains("\(layout) is refused"))
        #expect(!backend.tilingDescription.contains(layout.rawValue))
    }

    /// The operands: no layout that exchanges rows, columns or the operands gives the same product.
    @Test func productsTellRowsAndColumnsApart() {
        for seed in [UInt64(1), 11] {
            let operands = MatrixProbe.Operands(seed: seed)
            for matrix in [operands.left, operands.right, operands.next] {
                #expect(matrix.count == 16 && matrix.allSatisfy { $0.count == 16 })
                #expect(matrix.joined().allSatisfy { (-8..<8).contains($0) })
            }
            let results = operands.results
            let product = results[0]
            #expect(Set(product).count == 16)
            let columns = product[0].indices.map { column in product.map { $0[column] } }
            #expect(Set(columns).count == 16 && columns != product)
            // Exact where they are rounded to half, and summed in float.
            #expect(product.joined().allSatisfy { abs($0) <= 2048 })
            #expect(results.joined().joined().allSatisfy { abs($0) < 1 << 24 })
        }
    }

    /// CPU devices find no unit, and pay for none.
    @Test(arguments: OperationTests.devices)
    func cpuDevicesHaveNone(device: Device) throws {
        guard device.kind == .cpu else { return }
        let backend = try GPUBackend(device)
        #expect(backend.unit == nil && backend.family == .simd)
        #expect(backend.programs.isEmpty)
        let forGPUs = try GPUBackend(device, family: .simt)
        #expect(forGPUs.unit == nil && forGPUs.programs.isEmpty)
        #expect(forGPUs.matrix.reason == "it is no GPU")
    }
}
