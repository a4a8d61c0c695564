import EchoGraph

extension Convert: CPUOperation {
    /// The backend widens what is read and rounds what is stored: here it is float32 on both sides.
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        output.update(from: inputs[0].floats, count: inputs[0].shape.elementCount)
    }
}
