import EchoGraph

extension PatchEmbed: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (patches, weight) = (inputs[0].floats, inputs[1].floats)
        let (positions, frequencies) = (inputs[2].floats, inputs[3].floats)
        let terms = inputs[4].ints
        let (depth, width) = (inputs[1].shape[1], inputs[1].shape[0])
        let groups = inputs[5]
        concurrently(groups.groupCount) { group in
            let rows = groups.rows(ofGroup: group)
            multiply(
                rows: rows.count, columns: width, depth: depth,
                patches + rows.lowerBound * depth, stride: depth, weight, stride: depth,
                rightIsTransposed: true, to: output + rows.lowerBound * width, stride: width)
            for row in rows {
                let position = positions + Int(terms[2 * row]) * width
                let frequency = frequencies + Int(terms[2 * row + 1]) * width
                let token = output + row * width
                for column in 0..<width { token[column] += position[column] + frequency[column] }
            }
        }
    }
}
