import EchoInvariant
import EchoModel

/// The checkpoint's reader: the header, and every tensor that it promises, to the last byte.
enum SafetensorsTarget: FuzzTarget {
    private static let file = InputFile(names: ["model.safetensors"])

    static func read(_ bytes: UnsafeRawBufferPointer) {
        file.fill(bytes)
        do throws(ModelError) {
            let checkpoint = try SafetensorsFile(path: file.path("model.safetensors"))
            for name in checkpoint.names {
                do throws(ModelError) {
                    let tensor = try checkpoint.tensor(name)
                    invariant(tensor.shape == checkpoint.shape(of: name), "\(name) has two shapes")
                    invariant(
                        tensor.floats.count == tensor.elementCount, "\(name) has other values")
                } catch {
                    requireWords(error)
                }
            }
        } catch {
            requireWords(error)
        }
    }

    /// An error says something, and saying it does no harm.
    private static func requireWords(_ error: ModelError) {
        invariant(
            !error.what.isEmpty && !error.description.isEmpty, "an error that says nothing")
    }
}
