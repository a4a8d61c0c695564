import EchoGraph

extension PatchEmbed: CPUOperation {
    func run(on inputs: [CPUView], to output: UnsafeMutablePointer<Float>) {
        let (patches, weight) = (inputs[0].floats, inputs[1])
        let (positions, frequencies) = (inputs[2].floats, inputs[3].floats)
        let terms = inputs[4].ints
        let (depth, width) = (weight.shape[1], weight.shape[0])
        let groups = inputs[5]
        concurrently(groups.groupCount) { group in
            let rows = groups.rows(ofGroup: group)
            guard !rows.isEmpty else { return }
            let product = Product.of(
                .init(rows: rows.count, columns: width, depth: depth, hasBias: false))
            product.run(
                patches + rows.lowerBound * depth, weight: product.pack(weight),
                to: output + rows.lowerBound * width)
            for row in rows {
                let position = positions + Int(terms[2 * row]) * width
                let frequency = frequencies + Int(terms[2 * row + 1]) * width
                let token = output + row * width
                for column in 0..<width { token[column] += position[column] + frequency[column] }
            }
        }
    }
}
