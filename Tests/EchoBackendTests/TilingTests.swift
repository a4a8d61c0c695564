import EchoGPU
import EchoOpenCL
import EchoVerify
import Testing

/// The table that `echo-gpu tune` tries.
@Suite(.timeLimit(.minutes(20))) struct TilingTests {
    /// Arithmetic of a case: small shapes, with the edges of every tile.
    private static let flopLimit = 4e6

    /// Leaves out large shapes, and what compiles the same tiles once more: the fused layer is made of
    /// matmul's and attention's.
    private static func isQuick(_ operationCase: OperationCase) -> Bool {
        let inputs = operationCase.inputs.map(\.tensor.type)
        guard operationCase.operation.flops(for: inputs) <= flopLimit else { return false }
        switch operationCase.operation.stem {
        case "matmul": return operationCase.shape.hasSuffix("identity")
        case "encoder_layer", "encoder_stack": return false
        case "matmul_norm": return operationCase.shape == "T=33 K=97 D=100"
        case "attention_pool": return operationCase.shape.hasPrefix("L=[31, 32, 33] ")
        case "attention": return operationCase.shape.hasPrefix("L=[33, 1] ")
        case "layer_norm": return operationCase.shape == "T=33 D=33 residual"
        case "top_k": return operationCase.shape.hasPrefix("R=251 ")
        case "stft": return operationCase.shape.hasPrefix("n=275 ")
        default: return true
        }
    }

    /// Every row of the table that fits the device computes what the CPU path does.
    @Test(arguments: OperationTests.devices, KernelFamily.allCases)
    func everyCandidateAgreesWithTheCPUPath(device: Device, family: KernelFamily) throws {
        let start = Tiling(for: device)
        for stage in TuningStage.allCases where stage.exists(family, unit: nil) {
            let check = try TilingCheck(stage, device, family, where: Self.isQuick)
            let candidates = stage.candidates(from: start, family)
            #expect(candidates.first == start)
            #expect(candidates.count > 3 && Set(candidates).count == candidates.count)
            for tiling in candidates where tiling.problem(family, on: device) == nil {
                let result = check.run(tiling)
                #expect(result.problem == nil, "\(tiling.description(family))")
                #expect(result.maximumError != nil)
            }
        }
    }

    /// What is stored as half has its own kernels.
    @Test(arguments: OperationTests.devices)
    func candidatesAgreeWhereHalvesAreStored(device: Device) throws {
        for stage in TuningStage.allCases where stage.exists(.simt, unit: nil) {
            let check = try TilingCheck(
                stage, device, .simt, storing: .float16, where: Self.isQuick)
            let candidates = stage.candidates(from: Tiling(for: device), .simt)
            for tiling in candidates where tiling.problem(.simt, on: device) == nil {
                let result = check.run(tiling)
                #expect(result.problem == nil, "\(tiling.description(.simt))")
                #expect(result.maximumError != nil)
            }
        }
    }

    @Test(arguments: OperationTests.devices)
    func tilesThatTheKernelsCannotHonourAreRejectedWithTheReason(device: Device) throws {
        var uneven = Tiling(for: device)
        (uneven.scoreRows, uneven.mixRows) = (6, 4)
        let simd = try TilingCheck(.attention, device, .simd) { _ in false }
        #expect(simd.run(uneven).problem?.contains("SCORE_ROWS=6") == true)

        var huge = Tiling(for: device)
        (huge.groupDepth, huge.itemRows) = (1024, 1024)
        let simt = try TilingCheck(.products, device, .simt) { _ in false }
        #expect(simt.run(huge).problem?.contains("local memory") == true)

        var odd = Tiling(for: device)
        odd.rowGroup = 3
        let rows = try TilingCheck(.rows, device, .simt) { _ in false }
        #expect(rows.run(odd).problem?.contains("ROW_GROUP=3") == true)
    }

    /// One of the rows of the stage 'stack' is the encoder operation by operation, which other stages check.
    @Test(arguments: OperationTests.devices)
    func theEncoderAsOneKernelStandsBesideTheOtherOperations(device: Device) throws {
        let unit = MatrixUnit(.nvidia, isEmulated: true)
        let rows = TuningStage.stack.candidates(from: Tiling(for: device), .simt)
        let unfused = try #require(rows.first { $0.stackWarps == 0 })
        #expect(rows.allSatisfy { $0.problem(.simt, on: device) == nil })
        #expect(TuningStage.stack.exists(.simt, unit: unit))
        #expect(!TuningStage.stack.exists(.simt, unit: nil))
        #expect(!TuningStage.stack.exists(.simd, unit: unit))
        let check = try TilingCheck(.stack, device, .simt, unit: unit, storing: .float16) {
            $0.shape.hasPrefix("L=[1] ")
        }
        let result = check.run(unfused)
        #expect(result.problem == nil && result.maximumError == nil)
    }

    /// More keys than fit the local memory of any device: found by the operation itself.
    @Test(arguments: OperationTests.devices)
    func tilesThatAnOperationDeclinesAreRejected(device: Device) throws {
        var tiling = Tiling(for: device)
        tiling.keyTile = 1024
        let check = try TilingCheck(.attention, device, .simt) { $0.shape.hasPrefix("L=[1] ") }
        // 2 tiles of 1024 keys of 64 floats.
        guard device.localMemoryByteCount < 2 * 1024 * 64 * 4 else { return }
        #expect(check.run(tiling).problem?.contains("local memory") == true)
    }
}
