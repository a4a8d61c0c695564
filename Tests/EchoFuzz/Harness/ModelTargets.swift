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
                    precondition(tensor.shape == checkpoint.shape(of: name))
                    precondition(tensor.floats.count == tensor.elementCount)
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
        precondition(!error.what.isEmpty && !error.description.isEmpty)
    }
}
