import EchoGraph

extension Gather: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (input, rows) = (inputs[0].floats, inputs[1].ints)
        let width = inputs[0].shape[1]
        for (row, source) in rows.enumerated() {
            (output + row * width).update(from: input + Int(source) * width, count: width)
        }
    }
}
