import EchoModel
import EchoTensor
import Testing

/// Thousands of damaged files: each loads or throws, and nothing else happens.
@Suite(.timeLimit(.minutes(20))) struct SafetensorsFuzzTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func damagedFilesLoadOrThrow(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let configuration = Configuration(
            embeddingWidth: 2, layerCount: 1, headCount: 1, feedForwardWidth: 2)
        let valid = RawSafetensors.file(try rawCheckpoint(configuration: configuration))
        _ = try folder.write(#"{"num_heads": 1}"#, "config.json")
        var generator = Damage(seed: seed)
        var (loaded, refused) = (0, 0)
        for _ in 0..<1000 {
            var bytes = valid
            for _ in 0...generator.below(3) { generator.damage(&bytes) }
            let path = try folder.write(bytes)
            do throws(ModelError) {
                let weights = try Weights.load(path: path)
                // Touch everything: a tensor that reaches past the file would end the process.
                for tensor in weights.tensors.values {
                    #expect(tensor.floats.count == tensor.elementCount)
                }
                loaded += 1
            } catch {
                #expect(!error.what.isEmpty && !error.remedy.isEmpty)
                refused += 1
            }
        }
        // The damage is neither always fatal nor always harmless.
        #expect(loaded > 50)
        #expect(refused > 500)
    }
}

/// Seeded damage to a file, mostly to its header.
private struct Damage {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A number in `0 ..< bound` (Knuth's MMIX generator, its upper bits).
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(bound, 1)
    }

    mutating func damage(_ bytes: inout [UInt8]) {
        guard bytes.count > 16 else { return }
        let header = 8..<min(2000, bytes.count)
        let place = header.lowerBound + below(header.count)
        let length = min(1 + below(12), bytes.count - place)
        switch below(9) {
        case 0: bytes[below(bytes.count)] ^= 1 << below(8)
        case 1: bytes[place] = UInt8(below(256))
        case 2: bytes[below(8)] = UInt8(below(256))
        case 3: bytes.removeLast(below(bytes.count))
        case 4: bytes.removeSubrange(place..<place + length)
        case 5: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 6: bytes[place] = [UInt8]("{}[]\",:\\-0919eu ".utf8)[below(16)]
        case 7:
            // A digit for another: shapes and offsets that still read well.
            let digits = header.filter { (0x30...0x39).contains(bytes[$0]) }
            if !digits.isEmpty { bytes[digits[below(digits.count)]] = 0x30 + UInt8(below(10)) }
        default: bytes.append(contentsOf: [UInt8](repeating: 0x20, count: length))
        }
    }
}
