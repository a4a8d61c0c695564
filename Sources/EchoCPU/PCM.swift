import EchoGraph

extension PCM: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (codes, levels, remainders) = (inputs[0].shorts, inputs[2].ints, inputs[3].floats)
        let starts = inputs[1]
        concurrently(starts.groupCount) { segment in
            let (level, remainder) = (levels[segment], remainders[segment])
            for index in starts.rows(ofGroup: segment) {
                output[index] = Float(Int32(codes[index]) - level) / Self.scale - remainder
            }
        }
    }
}
